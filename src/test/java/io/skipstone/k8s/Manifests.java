package io.skipstone.k8s;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** All resources of an overlay, as they would be sent to the API server. */
public record Manifests(List<HasMetadata> resources) {
    static final Path ROOT = Path.of("k8s");

    /** Throws what the schema says against it. */
    public static Manifests of(String overlay) throws IOException {
        var resources = new ArrayList<HasMetadata>();
        for (ObjectNode tree : Kustomization.build(ROOT.resolve("overlays").resolve(overlay))) {
            resources.add(Kind.whole(tree));
        }
        return new Manifests(List.copyOf(resources));
    }

    static List<String> overlays() throws IOException {
        try (var directories = Files.list(ROOT.resolve("overlays"))) {
            return directories
                    .map(directory -> directory.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return resources.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** There is one. */
    public StatefulSet statefulSet() {
        List<StatefulSet> all = all(StatefulSet.class);
        if (all.size() != 1) {
            throw new IllegalStateException("not one StatefulSet but " + all.size());
        }
        return all.getFirst();
    }

    Service service(String name) {
        return all(Service.class).stream()
                .filter(service -> service.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Its headless service. */
    public Service peers() {
        return service(statefulSet().getSpec().getServiceName());
    }

    /** What each pod is made from. */
    public PodSpec pod() {
        return statefulSet().getSpec().getTemplate().getSpec();
    }

    /** There is one. */
    public Container container() {
        if (pod().getContainers().size() != 1) {
            throw new IllegalStateException(
                    "not one container but " + pod().getContainers().size());
        }
        return pod().getContainers().getFirst();
    }

    /** Value of a variable as written; fails if it has none. */
    public String variable(String name) {
        return container().getEnv().stream()
                .filter(variable -> variable.getName().equals(name))
                .map(EnvVar::getValue)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " has no value"));
    }

    /** Number of a named port of the container. */
    public int port(String name) {
        return container().getPorts().stream()
                .filter(port -> port.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no port is named " + name))
                .getContainerPort();
    }
}
