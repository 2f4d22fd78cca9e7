package io.skipstone.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The images are what the manifests take them for. */
class ContainerfilesTest {
    private static final Path DIRECTORY = Path.of("native-build");

    @ParameterizedTest
    @ValueSource(strings = {"Containerfile.jvm", "Containerfile.native"})
    void saysUserDirectoryPortsAndArgumentsAsTheManifests(String name) throws IOException {
        List<String> lines = Files.readAllLines(DIRECTORY.resolve(name));
        Manifests manifests = Manifests.of("single");
        var security = manifests.statefulSet().getSpec().getTemplate().getSpec().getSecurityContext();

        assertThat(lines).contains("USER " + security.getRunAsUser() + ":" + security.getRunAsGroup());
        assertThat(lines)
                .contains("CMD [" + quoted(manifests.container().getArgs()) + "]")
                .contains("EXPOSE "
                        + String.join(
                                " ",
                                manifests.container().getPorts().stream()
                                        .map(ContainerPort::getContainerPort)
                                        .map(String::valueOf)
                                        .toList()));
        for (EnvVar variable : manifests.container().getEnv()) {
            if (List.of("SKIPSTONE_DATA_DIR", "SKIPSTONE_LISTEN").contains(variable.getName())) {
                assertThat(lines)
                        .anyMatch(line -> line.startsWith("ENV ")
                                && line.contains(variable.getName() + "=" + variable.getValue()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Containerfile.jvm", "Containerfile.native"})
    void isBuiltOfFilesThatReachTheEngine(String name) throws IOException {
        List<String> ignored = Files.readAllLines(Path.of(".dockerignore"));
        String file = Files.readString(DIRECTORY.resolve(name));

        assertThat(file).contains("\nCOPY . .\n");
        assertThat(Stream.of("mvnw", ".mvn", "pom.xml", "bin", "src", "src/main", "native-build"))
                .noneMatch(ignored::contains);
        assertThat(ignored).contains("target", ".git", "data");
    }

    private static String quoted(List<String> words) {
        return String.join(", ", words.stream().map(word -> "\"" + word + "\"").toList());
    }
}
