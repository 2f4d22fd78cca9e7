package io.skipstone.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.condition.OS.LINUX;

import io.fabric8.kubernetes.api.model.VolumeMount;
import io.skipstone.process.Executable;
import io.skipstone.process.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;

/** A read-only root file system, as the manifest asks for: a node writes only where the manifest mounts something. */
@EnabledOnOs(LINUX)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ReadOnlyRootIT {
    private static final int HEAP_MIB = 256;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void isEnoughForANodeThatHasTheMountsOfTheManifest() throws Exception {
        assumeTrue(run(List.of("unshare", "-rm", "true")) == 0, "name spaces are not permitted here");
        Manifests manifests = Manifests.of("single");
        assertThat(manifests.container().getSecurityContext().getReadOnlyRootFilesystem())
                .isTrue();
        Path volume = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "volume-");
        Ports ports = Ports.free();

        Process node = start(script(manifests, volume), volume, ports);
        try {
            await().atMost(Duration.ofSeconds(90)).until(() -> {
                assertThat(node.isAlive())
                        .as("the node lives; its log is above")
                        .isTrue();
                return status(ports.management(), "/q/health/ready") == 200;
            });

            assertThat(status(ports.client(), "/q/swagger-ui/")).isEqualTo(200);
            assertThat(status(ports.management(), "/q/metrics")).isEqualTo(200);
        } finally {
            node.destroy();
            assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(volume.resolve("data").resolve("native")).isDirectory();
    }

    /** What is mounted stays writable, with what is there already; the rest is read-only for the command that follows. */
    private static String script(Manifests manifests, Path volume) {
        var script = new StringBuilder();
        for (VolumeMount mount : manifests.container().getVolumeMounts()) {
            String path = mount.getName().equals("data") ? volume.toString() : mount.getMountPath();
            script.append("mount --bind ").append(path).append(' ').append(path).append(" && ");
        }
        return script.append("mount -o remount,bind,ro / && ! [ -w / ] && exec \"$@\"")
                .toString();
    }

    private static Process start(String script, Path volume, Ports ports) throws IOException {
        var command = new ArrayList<>(List.of("unshare", "-rm", "sh", "-ec", script, "sh"));
        command.addAll(Executable.underTest().command(HEAP_MIB, Map.of(), List.of("run")));
        var builder = new ProcessBuilder(command).inheritIO();
        builder.environment()
                .putAll(Map.of(
                        "SKIPSTONE_DATA_DIR", volume.resolve("data").toString(),
                        "SKIPSTONE_CLIENT_PORT", Integer.toString(ports.client()),
                        "SKIPSTONE_PEER_PORT", Integer.toString(ports.peer()),
                        "SKIPSTONE_MANAGEMENT_PORT", Integer.toString(ports.management())));
        return builder.start();
    }

    private int status(int port, String path) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException silent) {
            return 0;
        }
    }

    private static int run(List<String> command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
