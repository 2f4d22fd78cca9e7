package io.skipstone.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tests' own reading of kustomizations: small, and strict where it ends. */
class KustomizationTest {
    private static final String HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    private static final String SET = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: s}
            spec:
              replicas: 1
              template:
                spec:
                  containers:
                    - name: c
                      image: i
                      args: [run, fast]
                      env:
                        - {name: A, value: one}
                        - {name: B, value: two}
            """;

    @TempDir
    private Path dir;

    @BeforeEach
    void aBase() throws IOException {
        write(
                "base/kustomization.yaml",
                HEAD + "resources: [set.yaml]\nimages: [{name: i, newName: r/i, newTag: v1}]\n");
        write("base/set.yaml", SET);
    }

    @Nested
    class APatch {
        @Test
        void mergesObjectsAndTheListsThatHaveNamesAndReplacesTheOthers() throws IOException {
            write("over/p.yaml", """
                    apiVersion: apps/v1
                    kind: StatefulSet
                    metadata: {name: s}
                    spec:
                      replicas: 3
                      template:
                        spec:
                          containers:
                            - name: c
                              args: [walk]
                              env:
                                - {name: B, value: three}
                                - {name: C, value: four}
                    """);
            write("over/kustomization.yaml", HEAD + "resources: [../base]\npatches: [{path: p.yaml}]\n");

            ObjectNode set = Kustomization.build(dir.resolve("over")).getFirst();

            assertThat(set.at("/spec/replicas").asInt()).isEqualTo(3);
            assertThat(set.at("/spec/template/spec/containers/0")).hasToString("""
                            {"name":"c","image":"r/i:v1","args":["walk"],"env":[{"name":"A","value":"one"},\
                            {"name":"B","value":"three"},{"name":"C","value":"four"}]}""");
        }

        @Test
        void forSomethingThatIsNotThereIsRefused() throws IOException {
            write("over/p.yaml", SET.replace("{name: s}", "{name: t}"));
            write("over/kustomization.yaml", HEAD + "resources: [../base]\npatches: [{path: p.yaml}]\n");

            assertRefused("over", "patches apps/v1 StatefulSet t, of which there are 0");
        }

        @Test
        void withADirectiveOrADeletionIsRefused() throws IOException {
            write("over/kustomization.yaml", HEAD + "resources: [../base]\npatches: [{path: p.yaml}]\n");

            write("over/p.yaml", SET.replace("replicas: 1", "replicas: null"));
            assertRefused("over", "replicas");
            write("over/p.yaml", SET.replace("replicas: 1", "$patch: replace"));
            assertRefused("over", "$patch");
        }

        @Test
        void thatIsWrittenInPlaceOrAimedAtManyIsRefused() throws IOException {
            write("over/kustomization.yaml", HEAD + "resources: [../base]\npatches: [{patch: '{}'}]\n");

            assertRefused("over", "no file");
        }
    }

    @Nested
    class AComponent {
        @Test
        void addsResourcesToAndPatchesThoseOfTheOneThatNamesIt() throws IOException {
            write("part/kustomization.yaml", component() + "resources: [other.yaml]\npatches: [{path: p.yaml}]\n");
            write("part/other.yaml", SET.replace("{name: s}", "{name: t}"));
            write("part/p.yaml", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec: {replicas: 5}\n");
            write("over/kustomization.yaml", HEAD + "resources: [../base]\ncomponents: [../part]\n");

            var built = Kustomization.build(dir.resolve("over"));

            assertThat(built)
                    .extracting(tree -> tree.at("/metadata/name").asText())
                    .containsExactly("s", "t");
            assertThat(built)
                    .extracting(tree -> tree.at("/spec/replicas").asInt())
                    .containsExactly(5, 1);
        }

        @Test
        void andAKustomizationAreNotTheSame() throws IOException {
            write("part/kustomization.yaml", component() + "resources: [../base/set.yaml]\n");
            write("over/kustomization.yaml", HEAD + "resources: [../part]\n");
            write("above/kustomization.yaml", HEAD + "components: [../base]\n");

            assertRefused("over", "is no Kustomization");
            assertRefused("above", "is no Component");
        }

        private static String component() {
            return "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";
        }
    }

    @Test
    void refusesWhatItDoesNotUnderstand() throws IOException {
        write("over/kustomization.yaml", HEAD + "resources: [../base]\nnamePrefix: my-\n");

        assertRefused("over", "[namePrefix]");
    }

    @Test
    void refusesAResourceThatIsThereTwice() throws IOException {
        write("over/kustomization.yaml", HEAD + "resources: [../base, ../base/set.yaml]\n");

        assertRefused("over", "twice: apps/v1 StatefulSet s");
    }

    private void assertRefused(String directory, String reason) {
        assertThatThrownBy(() -> Kustomization.build(dir.resolve(directory)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    private void write(String file, String text) throws IOException {
        Path path = dir.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
