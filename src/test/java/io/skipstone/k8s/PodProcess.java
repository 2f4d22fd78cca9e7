package io.skipstone.k8s;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.skipstone.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The container of one pod: the packaged server, with the environment of the manifest. Three things are other than in a cluster: the
 * volume is a directory, the pod's network is a loopback address of its own that the server listens on, and names are looked up in a
 * file.
 */
final class PodProcess {
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
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "--sun-misc-unsafe-memory-access=allow"));
        command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
        command.add("-Djdk.net.hosts.file=" + hosts);
        command.addAll(List.of("-jar", ServerProcess.jar().toString()));
        command.addAll(container.getArgs());
        var builder = new ProcessBuilder(command)
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
