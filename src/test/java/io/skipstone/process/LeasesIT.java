package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.skipstone.api.etcd.v3.LeaseGrpc;
import io.skipstone.api.etcd.v3.LeaseKeepAliveRequest;
import io.skipstone.api.etcd.v3.LeaseKeepAliveResponse;
import io.skipstone.cli.CliRun;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Reply;
import io.skipstone.cli.client.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Leases of three nodes, of which one is killed and another one stands still. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LeasesIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Longer than an election and a few requests that are not answered take on a busy machine. */
    private static final long TTL_SECONDS = 12;

    private static final Duration FROZEN = Duration.ofSeconds(TTL_SECONDS + 3);

    @TempDir
    private Path dir;

    @Test
    void noLeaseEndsEarlyAndAbandonedOnesEndOnAllNodesInOneRevision() throws Exception {
        try (ServerGroup group = ServerGroup.start(dir, Map.of())) {
            ServerProcess first = group.awaitLeader();
            String kept =
                    run(group, "lease", "grant", Long.toString(TTL_SECONDS)).strip();
            run(group, "put", "--lease", kept, "kept", "here");
            String keptOverEtcd =
                    run(group, "lease", "grant", Long.toString(TTL_SECONDS)).strip();
            run(group, "put", "--lease", keptOverEtcd, "kept-over-etcd", "here");
            try (var keeper = new Keeper(group, server -> askOverRest(server, kept));
                    var etcdKeeper = new Keeper(group, server -> askOverEtcd(server, Long.parseLong(keptOverEtcd)))) {
                first.kill();
                ServerProcess second = group.awaitLeader();
                keeper.awaitAnswers();
                etcdKeeper.awaitAnswers();
                first.restart();

                second.freeze();
                long frozenNanos = System.nanoTime();
                await().atMost(SOON).until(() -> System.nanoTime() - frozenNanos > FROZEN.toNanos());
                keeper.awaitAnswers();
                etcdKeeper.awaitAnswers();
                second.wake();
                second.awaitReady();
                keeper.awaitAnswers();
                etcdKeeper.awaitAnswers();
                assertThat(run(group, "get", "kept")).isEqualTo("here");
                assertThat(run(group, "get", "kept-over-etcd")).isEqualTo("here");

                String abandoned = run(group, "lease", "grant", "10").strip();
                long before = putThree(group, abandoned);
                await().atMost(SOON).untilAsserted(() -> {
                    for (ServerProcess server : group.servers()) {
                        assertThat(server.get(server.endpoint() + "/v1/kv?prefix=gone/&read=local"))
                                .doesNotContain("gone/");
                    }
                });
                for (ServerProcess server : group.servers()) {
                    assertThat(server.status().path("revision").asLong()).isEqualTo(before + 1);
                }
                keeper.awaitAnswers();
                etcdKeeper.awaitAnswers();
                assertThat(run(group, "get", "kept")).isEqualTo("here");
                assertThat(run(group, "get", "kept-over-etcd")).isEqualTo("here");
                assertThat(new Skipstone(first)
                                .attempt("lease", "ttl", abandoned)
                                .exitCode())
                        .isEqualTo(CliFailure.NOT_FOUND);
            }
        }
    }

    @Test
    void theCommandsWork() throws Exception {
        try (var server = ServerProcess.start(dir)) {
            var cli = new Skipstone(server);
            String id = cli.run("lease", "grant", "60", "--id", "77").strip();
            cli.run("put", "--lease", id, "a", "1");

            assertThat(id).isEqualTo("77");
            assertThat(cli.run("lease", "ttl", "77", "--keys")).contains("of 60 s left, 1 keys", "a");
            assertThat(cli.run("lease", "list")).contains("77  60 s  1 keys");
            assertThat(cli.run("lease", "keep-alive", "77", "--once")).contains("lives 60 s");
            assertThat(cli.run("lease", "revoke", "77")).startsWith("deleted 1, revision 2, at ts:");
            assertThat(cli.attempt("get", "a").exitCode()).isEqualTo(CliFailure.NOT_FOUND);
            assertThat(cli.attempt("lease", "revoke", "77").exitCode()).isEqualTo(CliFailure.NOT_FOUND);
            assertThat(cli.attempt("lease", "keep-alive", "77").exitCode()).isEqualTo(CliFailure.NOT_FOUND);
            assertThat(cli.attempt("lease", "ttl", "0").exitCode()).isEqualTo(CliFailure.USAGE);
        }
    }

    /** In one transaction; returns its revision. */
    private static long putThree(ServerGroup group, String lease) throws IOException {
        String puts = Stream.of("a", "b", "c")
                .map(key -> "{\"put\":{\"key\":\"gone/%s\",\"value\":\"x\",\"lease\":\"%s\"}}".formatted(key, lease))
                .collect(Collectors.joining(",", "{\"operations\":[", "]}"));
        try (var client = new NodeClient(URI.create(group.server(0).endpoint()), Duration.ofSeconds(30))) {
            return client.demand(Request.postJson("/v1/batch", puts.getBytes(StandardCharsets.UTF_8)))
                    .json()
                    .path("revision")
                    .asLong();
        }
    }

    private static String run(ServerGroup group, String... command) {
        String endpoints = group.servers().stream().map(ServerProcess::endpoint).collect(Collectors.joining(","));
        CliRun run = Executable.underTest()
                .cli(Stream.concat(Stream.of(command), Stream.of("--endpoint", endpoints))
                        .toArray(String[]::new));
        assertThat(run.exitCode())
                .as("%s: %s", String.join(" ", command), run.err())
                .isZero();
        return run.out();
    }

    /** What a node says when a lease is to be kept alive. */
    private enum Heard {
        ALIVE,
        GONE,
        /** The node is dead, frozen or knows no leader; the next one is asked soon. */
        NOTHING
    }

    private static Heard askOverRest(ServerProcess server, String lease) {
        try (var client = new NodeClient(URI.create(server.endpoint()), Duration.ofSeconds(1))) {
            Reply reply = client.exchange(Request.post("/v1/lease/" + lease + "/keepalive"));
            return reply.status() == 404 ? Heard.GONE : reply.isSuccess() ? Heard.ALIVE : Heard.NOTHING;
        } catch (IOException noAnswer) {
            return Heard.NOTHING;
        }
    }

    /** As etcd's clients do: a stream that goes on, with one request here. */
    private static Heard askOverEtcd(ServerProcess server, long lease) {
        var channel = ManagedChannelBuilder.forAddress(
                        "127.0.0.1", server.ports().client())
                .usePlaintext()
                .build();
        try {
            var answer = new CompletableFuture<Heard>();
            LeaseGrpc.newStub(channel)
                    .withDeadlineAfter(1, TimeUnit.SECONDS)
                    .leaseKeepAlive(new FirstAnswer(answer))
                    .onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
            return answer.join();
        } finally {
            channel.shutdownNow();
        }
    }

    /** No time to live means that there is no such lease. */
    private record FirstAnswer(CompletableFuture<Heard> heard) implements StreamObserver<LeaseKeepAliveResponse> {
        @Override
        public void onNext(LeaseKeepAliveResponse answer) {
            heard.complete(answer.getTTL() > 0 ? Heard.ALIVE : Heard.GONE);
        }

        @Override
        public void onError(Throwable failure) {
            heard.complete(Heard.NOTHING);
        }

        @Override
        public void onCompleted() {
            heard.complete(Heard.NOTHING);
        }
    }

    /** Keeps a lease alive through one node after the other, whatever becomes of them. */
    private static final class Keeper implements AutoCloseable {
        private static final long PERIOD_MILLIS = 300;

        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        private final List<ServerProcess> servers;
        private final Function<ServerProcess, Heard> ask;
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicInteger gone = new AtomicInteger();

        Keeper(ServerGroup group, Function<ServerProcess, Heard> ask) {
            this.servers = group.servers();
            this.ask = ask;
            var _ = timer.scheduleWithFixedDelay(this::keepAlive, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }

        private void keepAlive() {
            switch (ask.apply(servers.get(asked.getAndIncrement() % servers.size()))) {
                case ALIVE -> answered.incrementAndGet();
                case GONE -> gone.incrementAndGet();
                case NOTHING -> {}
            }
        }

        /** Waits until several were answered, and the lease was never gone. */
        void awaitAnswers() {
            int before = answered.get();
            await().atMost(SOON).until(() -> gone.get() > 0 || answered.get() > before + 2);
            assertThat(gone).hasValue(0);
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }
    }
}
