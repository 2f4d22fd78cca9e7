package io.skipstone.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every file under {@code k8s/}, and what the overlays make of them, against the schemas. */
class ManifestSchemaTest {
    private static final String KUSTOMIZATION = "kustomization.yaml";

    @TestFactory
    Stream<DynamicTest> everyFileHasOnlyFieldsThatItsKindHas() throws IOException {
        return files().stream()
                .filter(file -> !file.endsWith(KUSTOMIZATION))
                .map(file -> DynamicTest.dynamicTest(file.toString(), () -> {
                    ObjectNode tree = StrictYaml.read(file);
                    Kind.of(tree).part(tree);
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyOverlayMakesWholeResources() throws IOException {
        return Manifests.overlays().stream()
                .map(overlay -> DynamicTest.dynamicTest(
                        overlay,
                        () -> assertThat(Manifests.of(overlay).resources()).isNotEmpty()));
    }

    @Test
    void noFileIsForgotten() throws IOException {
        var named = new TreeSet<Path>();
        for (Path kustomization :
                files().stream().filter(file -> file.endsWith(KUSTOMIZATION)).toList()) {
            ObjectNode tree = StrictYaml.read(kustomization);
            Path directory = kustomization.getParent();
            tree.path("resources").forEach(name -> named.add(resolve(directory, name.asText())));
            tree.path("components").forEach(name -> named.add(resolve(directory, name.asText())));
            tree.path("patches")
                    .forEach(patch ->
                            named.add(resolve(directory, patch.path("path").asText())));
        }

        assertThat(files()).allSatisfy(file -> assertThat(
                        file.endsWith(KUSTOMIZATION)
                                ? named.contains(file.getParent())
                                        || file.startsWith(Manifests.ROOT.resolve("overlays"))
                                : named.contains(file))
                .as("some kustomization names %s", file)
                .isTrue());
    }

    private static Path resolve(Path directory, String name) {
        return directory.resolve(name).normalize();
    }

    private static List<Path> files() throws IOException {
        try (var walk = Files.walk(Manifests.ROOT)) {
            return walk.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    /** The reader finds what it is there for. */
    @Nested
    class Refuses {
        private static final String BUDGET = """
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: p}
                spec:
                  maxUnavailable: 1
                """;

        @Test
        void aFieldThatTheKindDoesNotHave() {
            assertRefused(BUDGET + "  minReady: 1\n", "minReady");
        }

        @Test
        void aMisspelledFieldDeepInside() {
            assertRefused("""
                    apiVersion: apps/v1
                    kind: StatefulSet
                    metadata: {name: s}
                    spec:
                      serviceName: p
                      selector: {matchLabels: {a: b}}
                      template:
                        spec:
                          containers:
                            - name: c
                              livenessProbe: {failureTreshold: 3}
                    """, "failureTreshold");
        }

        @Test
        void aFieldThatIsMissing() {
            assertRefused("""
                    apiVersion: apps/v1
                    kind: StatefulSet
                    metadata: {name: s}
                    spec:
                      serviceName: p
                      template: {}
                    """, "selector");
        }

        @Test
        void aFieldThatIsThereTwice() {
            assertRefused(BUDGET + "  maxUnavailable: 2\n", "maxUnavailable");
        }

        @Test
        void aNumberWhereATextBelongs() {
            assertRefused("""
                    apiVersion: v1
                    kind: Service
                    metadata: {name: s, labels: {version: 1}}
                    spec: {}
                    """, "1");
        }

        @Test
        void aKindThatNobodyHasThoughtAbout() {
            assertRefused("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n", "v1 Secret");
        }

        @Test
        void aSecondDocumentInAFile() {
            assertRefused(BUDGET + "---\n" + BUDGET, "");
        }

        private static void assertRefused(String yaml, String reason) {
            assertThatThrownBy(() -> Kind.whole(StrictYaml.read(yaml, "test"))).hasMessageContaining(reason);
        }
    }
}
