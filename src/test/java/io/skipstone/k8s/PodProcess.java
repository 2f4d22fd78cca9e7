package io.skipstone.k8s;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.skipstone.process.Executable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The container of one pod: the packaged server, with the environment of the manifest. Three things are other than in a cluster: the
 * volume is a directory, the pod's network is a loopback address of its own that the server listens on, and names are looked up in a
 * file.
 */
final class PodProcess {
    private static final int HEAP_MIB = 256;

    private final Process process;

    private PodProcess(Process process) {
        this.process = process;
    }

    /**
     * @param volume what is mounted where the manifest says
     * @param hosts names and addresses of all pods
     */
    static PodProcess start(String name, String address, Path volume, Path hosts, Container container)
            throws IOException {
        var names = Map.of("jdk.net.hosts.file", hosts.toString());
        var builder = new ProcessBuilder(Executable.underTest().command(HEAP_MIB, names, container.getArgs()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logOf(volume).toFile()));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(variable -> variable.startsWith("SKIPSTONE_"));
        for (EnvVar variable : container.getEnv()) {
            environment.put(variable.getName(), value(variable, name));
        }
        String mountPath = container.getVolumeMounts().getFirst().getMountPath();
        environment.computeIfPresent("SKIPSTONE_DATA_DIR", (_, path) -> path.replace(mountPath, volume.toString()));
        environment.computeIfPresent("SKIPSTONE_LISTEN", (_, any) -> address);
        return new PodProcess(builder.start());
    }

    private static String value(EnvVar variable, String podName) {
        if (variable.getValue() != null) {
            return variable.getValue();
        }
        String field = variable.getValueFrom().getFieldRef().getFieldPath();
        if (!field.equals("metadata.name")) {
            throw new IllegalArgumentException("not used in these manifests, so not understood: " + field);
        }
        return podName;
    }

    private static Path logOf(Path volume) {
        return volume.resolveSibling(volume.getFileName() + ".log");
    }

    static String log(Path volume) throws IOException {
        return Files.readString(logOf(volume));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM. */
    void askToStop() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    boolean endsWithin(Duration grace) throws InterruptedException {
        return process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS);
    }

    int exitCode() {
        return process.exitValue();
    }
}
