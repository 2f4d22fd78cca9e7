package io.skipstone.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What a cluster would make of an overlay, on this machine: pods with addresses that change and names that stay, volumes that outlive
 * them, the client service, and the controller that restarts the pods of a StatefulSet one by one.
 */
final class PlayedCluster implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);

    private final Manifests manifests;
    private final Path directory;
    private final Path hosts;
    private final Endpoints endpoints = new Endpoints();
    private final ServiceProxy service = new ServiceProxy(endpoints);
    private final List<Kubelet> pods = new ArrayList<>();

    /** One of the many loopback networks, so that tests side by side do not meet on the ports of the manifests. */
    private final int network = ThreadLocalRandom.current().nextInt(64, 250);

    private final int subnet = ThreadLocalRandom.current().nextInt(1, 250);
    private int addresses;

    PlayedCluster(Manifests manifests, Path directory) throws IOException {
        this.manifests = manifests;
        this.directory = directory;
        this.hosts = directory.resolve("hosts");
        int replicas = manifests.statefulSet().getSpec().getReplicas();
        assertThat(manifests.statefulSet().getSpec().getPodManagementPolicy()).isEqualTo("Parallel");
        for (int ordinal = 0; ordinal < replicas; ordinal++) {
            Files.createDirectories(volume(ordinal));
        }
        synchronized (pods) {
            for (int ordinal = 0; ordinal < replicas; ordinal++) {
                pods.add(start(ordinal));
            }
        }
        writeHosts();
        pods.forEach(Kubelet::startProbing);
    }

    private Kubelet start(int ordinal) throws IOException {
        String address = "127." + network + "." + subnet + "." + ++addresses;
        return new Kubelet(podName(ordinal), address, volume(ordinal), manifests, hosts, this::endpointsChanged);
    }

    private String podName(int ordinal) {
        return manifests.statefulSet().getMetadata().getName() + "-" + ordinal;
    }

    private Path volume(int ordinal) {
        return directory.resolve("volume-" + ordinal);
    }

    /** What the name service of the cluster knows. Its answer is whole at any time. */
    private void writeHosts() throws IOException {
        var lines = new StringBuilder("127.0.0.1 localhost\n");
        synchronized (pods) {
            for (Kubelet pod : pods) {
                lines.append(pod.address())
                        .append(' ')
                        .append(pod.name())
                        .append('.')
                        .append(manifests.statefulSet().getSpec().getServiceName())
                        .append('\n');
            }
        }
        Path next = directory.resolve("hosts.next");
        Files.writeString(next, lines);
        Files.move(next, hosts, StandardCopyOption.ATOMIC_MOVE);
    }

    private void endpointsChanged() {
        synchronized (pods) {
            endpoints.are(pods.stream()
                    .filter(Kubelet::isEndpoint)
                    .map(Kubelet::clientAddress)
                    .toList());
        }
    }

    /** Where clients find the service. */
    InetSocketAddress service() {
        return service.address();
    }

    /** Waits until the service sends clients to every pod. */
    void awaitAllReady() {
        await().atMost(READY_WITHIN).untilAsserted(() -> {
            assertNoFaults();
            assertThat(endpoints.known()).hasSameSizeAs(pods);
        });
    }

    void assertNoFaults() {
        synchronized (pods) {
            assertThat(pods).allSatisfy(pod -> assertThat(pod.fault())
                    .as(() -> String.valueOf(pod.fault()) + "\n" + logOf(pod))
                    .isEmpty());
        }
    }

    /** As the controller does it: the highest ordinal first, each when the one before it has been ready for long enough. */
    void rollingRestart() throws IOException, InterruptedException {
        for (int ordinal = pods.size() - 1; ordinal >= 0; ordinal--) {
            restart(ordinal);
        }
    }

    private void restart(int ordinal) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        assertThat(pods.get(ordinal).delete())
                .as("exit code of %s", podName(ordinal))
                .isIn(0, 143);
        long stopped = System.nanoTime();
        Kubelet next = start(ordinal);
        synchronized (pods) {
            pods.set(ordinal, next);
        }
        writeHosts();
        next.startProbing();
        awaitAvailable(next);
        System.out.printf(
                "%s: stopped in %.1f s, available again after %.1f s%n",
                podName(ordinal), (double) (stopped - begin) / 1e9, (double) (System.nanoTime() - stopped) / 1e9);
    }

    private void awaitAvailable(Kubelet pod) {
        Integer seconds = manifests.statefulSet().getSpec().getMinReadySeconds();
        await().atMost(READY_WITHIN)
                .pollInterval(200, TimeUnit.MILLISECONDS)
                .during(Duration.ofSeconds(seconds == null ? 0 : seconds))
                .until(() -> {
                    assertNoFaults();
                    return pod.isEndpoint();
                });
    }

    String logs() {
        synchronized (pods) {
            return pods.stream().map(PlayedCluster::logOf).collect(Collectors.joining("\n\n"));
        }
    }

    private static String logOf(Kubelet pod) {
        try {
            return pod.name() + ":\n" + pod.log();
        } catch (IOException unreadable) {
            return pod.name() + " has no log: " + unreadable;
        }
    }

    @Override
    public void close() throws IOException {
        pods.forEach(Kubelet::close);
        service.close();
    }
}
