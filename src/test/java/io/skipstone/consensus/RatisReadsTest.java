package io.skipstone.consensus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.process.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Why reads do not use what Ratis offers for them (docs/decisions/0012-read-lease.md). If this test fails one day because nothing stale
 * was read, Ratis has changed, and the decision can be looked at again.
 */
@Timeout(120)
class RatisReadsTest {
    /** Both elections of a trial are races; the first trial nearly always shows it. */
    private static final int MOST_TRIALS = 6;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path dir;

    private final Partition network = new Partition();
    private final List<RaftServer> servers = new ArrayList<>();
    private final ClientId client = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final RaftGroupId group = RaftGroupId.valueOf(UUID.randomUUID());

    @BeforeEach
    void startThree() throws IOException {
        var peers = new ArrayList<RaftPeer>();
        for (String id : List.of("r1", "r2", "r3")) {
            peers.add(RaftPeer.newBuilder()
                    .setId(id)
                    .setAddress("127.0.0.1:" + Ports.free().peer())
                    .build());
        }
        for (RaftPeer peer : peers) {
            RaftServer server = RaftServer.newBuilder()
                    .setServerId(peer.getId())
                    .setGroup(RaftGroup.valueOf(group, peers))
                    .setProperties(properties(peer))
                    .setStateMachine(new Register())
                    .build();
            server.start();
            servers.add(server);
        }
    }

    @AfterEach
    void stop() throws IOException {
        network.heal();
        for (RaftServer server : servers) {
            server.close();
        }
        network.close();
    }

    private RaftProperties properties(RaftPeer peer) {
        var properties = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(
                properties, List.of(dir.resolve(peer.getId().toString()).toFile()));
        RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, TimeDuration.valueOf(500, TimeUnit.MILLISECONDS));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, TimeDuration.valueOf(1_500, TimeUnit.MILLISECONDS));
        GrpcConfigKeys.Server.setHost(properties, "127.0.0.1");
        GrpcConfigKeys.Server.setPort(
                properties, Integer.parseInt(peer.getAddress().split(":", 2)[1]));
        GrpcConfigKeys.setUseEpoll(properties, false);
        return properties;
    }

    @Test
    void ofALeaderThatIsCutOffAreStaleThoughTheyAreCalledLinearizable() throws Exception {
        boolean sawStale = false;
        for (int trial = 1; trial <= MOST_TRIALS && !sawStale; trial++) {
            sawStale = readsStale("old-" + trial, "new-" + trial);
        }

        assertThat(sawStale)
                .as("a linearizable read that missed an acknowledged write, in %d trials", MOST_TRIALS)
                .isTrue();
    }

    /** Whether a leader that was cut off answered with {@code before} after {@code after} had been acknowledged. */
    private boolean readsStale(String before, String after) throws Exception {
        RaftServer old = awaitLeader(Optional.empty());
        write(old, before);
        assertThat(read(old)).hasValue(before);

        network.cutOff(old.getId().toString());
        try {
            RaftServer next = awaitLeader(Optional.of(old));
            write(next, after);
            return read(old).filter(before::equals).isPresent();
        } finally {
            network.heal();
        }
    }

    /** Somebody other than that one who leads, and answers as the leader. */
    private RaftServer awaitLeader(Optional<RaftServer> other) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(
                        () -> servers.stream()
                                .filter(server -> other.isEmpty() || server != other.get())
                                .filter(this::isReadyLeader)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private boolean isReadyLeader(RaftServer server) {
        try {
            return server.getDivision(group).getInfo().isLeaderReady();
        } catch (IOException closed) {
            return false;
        }
    }

    /** Until it is acknowledged: after a heal the leader may change once more. */
    private void write(RaftServer leader, String value) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> submit(
                        leader, RaftClientRequest.writeRequestType(), value)
                .isSuccess());
    }

    private Optional<String> read(RaftServer server) throws Exception {
        RaftClientReply reply = submit(server, RaftClientRequest.readRequestType(), "");
        return reply.isSuccess() ? Optional.of(reply.getMessage().getContent().toStringUtf8()) : Optional.empty();
    }

    private RaftClientReply submit(RaftServer server, RaftClientRequest.Type type, String text) throws Exception {
        return server.submitClientRequestAsync(RaftClientRequest.newBuilder()
                        .setClientId(client)
                        .setServerId(server.getId())
                        .setGroupId(group)
                        .setCallId(calls.incrementAndGet())
                        .setMessage(Message.valueOf(text))
                        .setType(type)
                        .build())
                .get(10, SECONDS);
    }

    /** One value, in memory. */
    private static final class Register extends BaseStateMachine {
        private volatile String value = "";

        @Override
        public CompletableFuture<Message> applyTransaction(TransactionContext context) {
            var entry = context.getLogEntry();
            value = entry.getStateMachineLogEntry().getLogData().toString(UTF_8);
            updateLastAppliedTermIndex(TermIndex.valueOf(entry));
            return CompletableFuture.completedFuture(Message.EMPTY);
        }

        @Override
        public CompletableFuture<Message> query(Message request) {
            return CompletableFuture.completedFuture(Message.valueOf(value));
        }
    }
}
