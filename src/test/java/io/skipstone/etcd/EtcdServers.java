package io.skipstone.etcd;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.skipstone.api.etcd.v3.MaintenanceGrpc;
import io.skipstone.api.etcd.v3.StatusRequest;
import io.skipstone.api.etcd.v3.StatusResponse;
import io.skipstone.process.ServerGroup;
import io.skipstone.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Servers that speak etcd's protocol, each a process of its own: Skipstone's, or with {@code -Dskipstone.etcd.reference=true} etcd's own. A
 * test that holds with either says what programs written for etcd expect. They end with the test.
 */
interface EtcdServers extends AutoCloseable {
    /** Longer than an election on a busy machine. */
    Duration SOON = Duration.ofSeconds(60);

    /** Starts one and waits until it serves. */
    static EtcdServers one(Path dir) throws IOException {
        if (!isReference()) {
            return new Skipstones(List.of(ServerProcess.start(dir, Map.of())));
        }
        return reference(dir, 1);
    }

    /** Starts three that form a group, and waits until all of them serve. */
    static EtcdServers three(Path dir) throws IOException {
        if (!isReference()) {
            return new Skipstones(ServerGroup.start(dir, Map.of()).servers());
        }
        return reference(dir, 3);
    }

    private static boolean isReference() {
        return Boolean.getBoolean("skipstone.etcd.reference");
    }

    private static EtcdServers reference(Path dir, int count) throws IOException {
        assumeThat(RealEtcd.isInstalled())
                .as("etcd is not installed: it cannot be the reference")
                .isTrue();
        return RealEtcd.start(dir, count);
    }

    /** Where clients speak to them, as host:port. */
    List<String> endpoints();

    /** Ends one at once, as {@code kill -9} does. */
    void kill(int number);

    /** Starts one that was killed again, and waits until it serves. */
    void restart(int number) throws IOException;

    @Override
    void close() throws IOException;

    default String endpoint(int number) {
        return endpoints().get(number);
    }

    /** All of them, with commas between. */
    default String all() {
        return String.join(",", endpoints());
    }

    /** Waits until one of those that answer says that it leads. */
    default int awaitLeader() {
        return await().atMost(SOON).until(this::leader, OptionalInt::isPresent).orElseThrow();
    }

    private OptionalInt leader() {
        return IntStream.range(0, endpoints().size())
                .filter(number -> leads(endpoint(number)))
                .findFirst();
    }

    private static boolean leads(String endpoint) {
        ManagedChannel channel =
                ManagedChannelBuilder.forTarget(endpoint).usePlaintext().build();
        try {
            StatusResponse status = MaintenanceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(2, TimeUnit.SECONDS)
                    .status(StatusRequest.getDefaultInstance());
            return status.getLeader() != 0
                    && status.getLeader() == status.getHeader().getMemberId();
        } catch (StatusRuntimeException silent) {
            return false;
        } finally {
            channel.shutdownNow();
        }
    }

    /** Ours. */
    record Skipstones(List<ServerProcess> servers) implements EtcdServers {
        @Override
        public List<String> endpoints() {
            return servers.stream()
                    .map(server -> "127.0.0.1:" + server.ports().client())
                    .toList();
        }

        @Override
        public void kill(int number) {
            servers.get(number).kill();
        }

        @Override
        public void restart(int number) throws IOException {
            servers.get(number).restart();
        }

        @Override
        public void close() throws IOException {
            for (ServerProcess server : servers) {
                server.close();
            }
        }
    }
}
