package io.skipstone.nativeimage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the metadata say of one class, of all entries together. */
final class TypeEntry {
    private final Set<String> flags = new TreeSet<>();
    private final Set<String> methods = new HashSet<>();
    private final Set<String> fields = new HashSet<>();

    void add(JsonNode entry) {
        entry.properties().stream()
                .filter(property -> property.getValue().asBoolean())
                .forEach(property -> flags.add(property.getKey()));
        entry.path("methods")
                .forEach(method -> methods.add(method.path("name").asText()
                        + method.path("parameterTypes")
                                .valueStream()
                                .map(JsonNode::asText)
                                .collect(Collectors.joining(",", "(", ")"))));
        entry.path("fields").forEach(field -> fields.add(field.path("name").asText()));
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }

    /**
     * As {@code name(type,type)}, constructors under {@code <init>}.
     *
     * @param isPublic the wider flags count too
     */
    boolean hasMethod(String signature, boolean isPublic) {
        String all = signature.startsWith("<init>") ? "Constructors" : "Methods";
        return methods.contains(signature) || has("allDeclared" + all) || (isPublic && has("allPublic" + all));
    }

    boolean hasField(String name) {
        return fields.contains(name) || has("allDeclaredFields");
    }

    /** {@code getMethods} and its like. */
    boolean answers(String question) {
        return has("all" + question.substring("get".length()).replaceFirst("^(?!Declared)", "Public"));
    }
}
