package io.skipstone.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.kustomize.v1beta1.Image;
import io.fabric8.kubernetes.api.model.kustomize.v1beta1.Patch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code kubectl kustomize} makes of a directory, as far as the overlays use it: {@code resources}, {@code components}, {@code
 * patches} from files, and {@code images}, in this order. Anything else in a {@code kustomization.yaml} is refused, so that nothing is
 * passed over in silence.
 */
final class Kustomization {
    private static final String FILE = "kustomization.yaml";
    private static final Set<String> UNDERSTOOD =
            Set.of("apiVersion", "kind", "resources", "components", "patches", "images");

    private final Path directory;
    private final io.fabric8.kubernetes.api.model.kustomize.v1beta1.Kustomization file;
    private final List<ObjectNode> resources;

    private Kustomization(Path directory, List<ObjectNode> below) throws IOException {
        this.directory = directory;
        this.resources = below;
        ObjectNode tree = StrictYaml.read(directory.resolve(FILE));
        var others = new TreeSet<String>();
        tree.fieldNames().forEachRemaining(others::add);
        others.removeAll(UNDERSTOOD);
        if (!others.isEmpty()) {
            throw new IllegalArgumentException(
                    directory.resolve(FILE) + ": not used in these manifests, so not understood: " + others);
        }
        this.file = StrictYaml.as(tree, io.fabric8.kubernetes.api.model.kustomize.v1beta1.Kustomization.class);
    }

    /** The resources of an overlay, patched. */
    static List<ObjectNode> build(Path directory) throws IOException {
        var kustomization = new Kustomization(directory, new ArrayList<>());
        requireKind(kustomization, "kustomize.config.k8s.io/v1beta1", "Kustomization");
        kustomization.apply();
        return kustomization.resources;
    }

    private static void requireKind(Kustomization kustomization, String apiVersion, String kind) {
        if (!apiVersion.equals(kustomization.file.getApiVersion()) || !kind.equals(kustomization.file.getKind())) {
            throw new IllegalArgumentException(
                    kustomization.directory.resolve(FILE) + " is no " + kind + " of " + apiVersion);
        }
    }

    private void apply() throws IOException {
        for (String resource : file.getResources()) {
            Path path = directory.resolve(resource).normalize();
            for (ObjectNode tree : Files.isDirectory(path) ? build(path) : List.of(StrictYaml.read(path))) {
                add(tree);
            }
        }
        for (String component : file.getComponents()) {
            var inside = new Kustomization(directory.resolve(component).normalize(), resources);
            requireKind(inside, "kustomize.config.k8s.io/v1alpha1", "Component");
            inside.apply();
        }
        for (Patch patch : file.getPatches()) {
            patch(patch);
        }
        for (Image image : file.getImages()) {
            resources.forEach(resource -> rename(resource, image));
        }
    }

    private void add(ObjectNode resource) {
        if (resources.stream().anyMatch(other -> isSame(other, resource))) {
            throw new IllegalArgumentException("twice: " + nameOf(resource));
        }
        resources.add(resource);
    }

    private void patch(Patch patch) throws IOException {
        if (patch.getPath() == null || patch.getPatch() != null || patch.getTarget() != null) {
            throw new IllegalArgumentException(
                    directory + ": not used in these manifests, so not understood: a patch that is no file");
        }
        ObjectNode tree = StrictYaml.read(directory.resolve(patch.getPath()));
        var target =
                resources.stream().filter(resource -> isSame(resource, tree)).toList();
        if (target.size() != 1) {
            throw new IllegalArgumentException(directory.resolve(patch.getPath()) + " patches " + nameOf(tree)
                    + ", of which there are " + target.size());
        }
        StrategicMerge.merge(target.getFirst(), tree);
    }

    /** Every {@code image} in a list of containers. */
    private static void rename(JsonNode tree, Image image) {
        for (JsonNode container :
                tree.path("spec").path("template").path("spec").path("containers")) {
            if (container.path("image").asText().equals(image.getName())) {
                ((ObjectNode) container).put("image", image.getNewName() + ":" + image.getNewTag());
            }
        }
    }

    private static boolean isSame(ObjectNode one, ObjectNode other) {
        return nameOf(one).equals(nameOf(other));
    }

    private static String nameOf(ObjectNode resource) {
        return resource.path("apiVersion").asText() + " "
                + resource.path("kind").asText() + " "
                + resource.path("metadata").path("name").asText();
    }
}
