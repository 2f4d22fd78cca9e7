package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.command.Command;
import io.skipstone.command.CommandCodec;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Operation.Put;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.Position;
import io.skipstone.model.ReadAt;
import io.skipstone.model.Timestamp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A follower that has an entry of an old leader which the group never agreed on, and hears of a new leader. */
class TwoLeadersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MORE_THAN_THERE_ARE_THREADS = 300;
    private static final long OLD_TERM = 100;
    private static final long NEW_TERM = 101;
    private static final Key KEY = Key.utf8("key");

    @TempDir
    private Path temp;

    @Test
    void onlyWhatTheGroupAgreedOnIsApplied() throws Exception {
        try (var group = TestGroup.of(temp, 3).awaitReady();
                var threads = new OccupiedThreads()) {
            TestNode follower = cutOff(group);
            var others = new ArrayList<>(List.of("n1", "n2", "n3"));
            others.remove(follower.status().nodeId());
            try (var before = new Leader(group, others.getFirst(), follower);
                    var entries = new Leader(group, others.getLast(), follower);
                    var heartbeats = new Leader(group, others.getLast(), follower)) {
                Position last = await().atMost(PATIENCE)
                        .until(() -> oldEntry(before, follower), Optional::isPresent)
                        .orElseThrow();
                long index = last.index() + 1;

                threads.occupy();
                entries.send(request(NEW_TERM, last).addEntries(put(NEW_TERM, index, "agreed on")));
                await().atMost(PATIENCE).until(() -> heartbeats.ask(commit(index)) == AppendResult.SUCCESS);
                await().atMost(PATIENCE).until(() -> {
                    heartbeats.ask(commit(index));
                    return follower.status().applied().orElseThrow().index() >= index;
                });
                threads.release();

                assertThat(valueIn(follower)).contains("agreed on");
                assertThat(follower.status().applied()).contains(new Position(NEW_TERM, index));
            }
        }
    }

    /** The only node that goes on. */
    private static TestNode cutOff(TestGroup group) throws Exception {
        TestNode leader = group.awaitLeader();
        leader.put("key", "before").get(20, SECONDS);
        TestNode follower = group.follower();
        await().atMost(PATIENCE).until(() -> valueIn(follower).isPresent());
        for (TestNode node : group.nodes()) {
            if (node != follower) {
                group.stop(node.status().nodeId());
            }
        }
        return follower;
    }

    /** Sends an entry that stays uncommitted; returns what it stands behind, if the follower had that. */
    private static Optional<Position> oldEntry(Leader leader, TestNode follower) throws InterruptedException {
        Position last = follower.status().applied().orElseThrow();
        AppendResult result =
                leader.ask(request(OLD_TERM, last).addEntries(put(OLD_TERM, last.index() + 1, "never agreed on")));
        return result == AppendResult.SUCCESS ? Optional.of(last) : Optional.empty();
    }

    private static AppendEntriesRequestProto.Builder request(long term, Position previous) {
        return AppendEntriesRequestProto.newBuilder()
                .setLeaderTerm(term)
                .setLeaderCommit(previous.index())
                .setPreviousLog(
                        TermIndexProto.newBuilder().setTerm(previous.term()).setIndex(previous.index()));
    }

    /** A heartbeat of the new leader, which has agreed on its entry with others. */
    private static AppendEntriesRequestProto.Builder commit(long index) {
        return request(NEW_TERM, new Position(NEW_TERM, index));
    }

    private static LogEntryProto put(long term, long index, String value) {
        byte[] entry = CommandCodec.encode(Once.EACH_TIME, Command.Txn.of(new Put(KEY, Bytes.utf8(value), 0)));
        CommandCodec.stamp(entry, Timestamp.ofMillis(System.currentTimeMillis() + term));
        return LogEntryProto.newBuilder()
                .setTerm(term)
                .setIndex(index)
                .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder()
                        .setClientId(ClientId.randomId().toByteString())
                        .setLogData(ByteString.copyFrom(entry)))
                .build();
    }

    private static Optional<String> valueIn(TestNode node) {
        return TestGroup.result(node.raft().reader().get(KEY, ReadAt.LATEST, Consistency.LOCAL))
                .value()
                .map(KeyValue::value)
                .map(bytes -> new String(bytes.array(), java.nio.charset.StandardCharsets.UTF_8));
    }

    /** What a leader says to one follower, over a stream of its own. */
    private static final class Leader implements AutoCloseable {
        private final ManagedChannel channel;
        private final RaftRpcRequestProto.Builder header;
        private final BlockingQueue<AppendResult> replies = new LinkedBlockingQueue<>();
        private final StreamObserver<AppendEntriesRequestProto> stream;
        private long calls;

        Leader(TestGroup group, String nodeId, TestNode follower) {
            PeerAddress address = group.addressOf(follower);
            channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                    .usePlaintext()
                    .build();
            header = RaftRpcRequestProto.newBuilder()
                    .setRequestorId(
                            ByteString.copyFromUtf8(group.memberId(nodeId).toString()))
                    .setReplyId(ByteString.copyFromUtf8(
                            group.memberId(follower.status().nodeId()).toString()))
                    .setRaftGroupId(RaftGroupIdProto.newBuilder()
                            .setId(RaftGroupId.valueOf(group.groupId()).toByteString()));
            stream = RaftServerProtocolServiceGrpc.newStub(channel).appendEntries(new StreamObserver<>() {
                @Override
                public void onNext(AppendEntriesReplyProto reply) {
                    replies.add(reply.getResult());
                }

                @Override
                public void onError(Throwable failure) {
                    replies.add(AppendResult.UNRECOGNIZED);
                }

                @Override
                public void onCompleted() {}
            });
        }

        void send(AppendEntriesRequestProto.Builder request) {
            calls++;
            stream.onNext(request.setServerRequest(header.setCallId(calls)).build());
        }

        AppendResult ask(AppendEntriesRequestProto.Builder request) throws InterruptedException {
            send(request);
            AppendResult result = replies.poll(PATIENCE.toSeconds(), SECONDS);
            assertThat(result).as("answered").isNotNull();
            return result;
        }

        @Override
        public void close() {
            stream.onCompleted();
            channel.shutdownNow();
        }
    }

    /** The threads on which work is done that nobody has named a thread for. */
    private static final class OccupiedThreads implements AutoCloseable {
        private final CountDownLatch released = new CountDownLatch(1);

        void occupy() {
            for (int i = 0; i < MORE_THAN_THERE_ARE_THREADS; i++) {
                ForkJoinPool.commonPool().execute(() -> {
                    try {
                        released.await();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
        }

        void release() {
            released.countDown();
        }

        @Override
        public void close() {
            release();
        }
    }
}
