package io.skipstone.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * Kubernetes' strategic merge, as far as the overlays use it: objects merge field by field; the lists in {@link #BY_NAME} merge by the
 * names of their elements, new ones come last; any other list takes the place of the old one. Directives ({@code $patch}) and deletions
 * (null) are refused.
 */
final class StrategicMerge {
    /** Lists whose patch merge key is {@code name}, in the schema of a pod. */
    private static final Set<String> BY_NAME = Set.of("containers", "initContainers", "env", "volumes");

    private StrategicMerge() {}

    static void merge(ObjectNode into, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            refuseDirective(field);
            JsonNode old = into.path(field.getKey());
            JsonNode now = field.getValue();
            if (old instanceof ObjectNode oldObject && now instanceof ObjectNode object) {
                merge(oldObject, object);
            } else if (old instanceof ArrayNode oldList && now instanceof ArrayNode list && isByName(field)) {
                mergeByName(oldList, list);
            } else {
                into.set(field.getKey(), now.deepCopy());
            }
        }
    }

    private static boolean isByName(Map.Entry<String, JsonNode> field) {
        return BY_NAME.contains(field.getKey());
    }

    private static void refuseDirective(Map.Entry<String, JsonNode> field) {
        if (field.getKey().startsWith("$") || field.getValue().isNull()) {
            throw new IllegalArgumentException("not used in these manifests, so not understood: a patch with "
                    + field.getKey() + ": " + field.getValue());
        }
    }

    private static void mergeByName(ArrayNode into, ArrayNode patch) {
        for (JsonNode element : patch) {
            ObjectNode old = named(into, element.path("name").asText());
            if (old == null) {
                into.add(element.deepCopy());
            } else {
                merge(old, (ObjectNode) element);
            }
        }
    }

    private static ObjectNode named(ArrayNode list, String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an element without a name in a list that is merged by name");
        }
        for (JsonNode element : list) {
            if (element.path("name").asText().equals(name)) {
                return (ObjectNode) element;
            }
        }
        return null;
    }
}
