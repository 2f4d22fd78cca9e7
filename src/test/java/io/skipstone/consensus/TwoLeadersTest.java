package io.skipstone.consensus;

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
import io.skipstone.model.Position;
import io.skipstone.model.ReadAt;
import io.skipstone.model.Timestamp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A follower that has an entry of an old leader which the group never agreed on, and hears of a new leader. */
class TwoLeadersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MORE_THAN_THERE_ARE_THREADS = 300;
    private static final int NEVER_AGREED_ON = 20;
    private static final long OLD_TERM = 100;
    private static final long NEW_TERM = 101;
    private static final Key KEY = Key.utf8("key");

    @TempDir
    private Path temp;

    @Test
    void onlyWhatTheGroupAgreedOnIsApplied() throws Exception {
        try (var group = TestGroup.of(temp, 3).awaitReady();
                var threads = new OccupiedThreads()) {
            TestNode follower = group.aloneWithoutALead();
            List<String> others = group.others(follower);
            try (var before = new LeaderStream(group, others.getFirst(), follower);
                    var entries = new LeaderStream(group, others.getLast(), follower);
                    var heartbeats = new LeaderStream(group, others.getLast(), follower)) {
                Position last = await().atMost(PATIENCE)
                        .until(() -> oldEntry(before, follower), Optional::isPresent)
                        .orElseThrow();
                long index = last.index() + 1;

                threads.occupy();
                entries.send(LeaderStream.request(NEW_TERM, last).addEntries(put(NEW_TERM, index, "agreed on")));
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

    @Test
    void theNewLeaderGoesBackToWhereTheLogsAgreeInOneStep() throws Exception {
        try (var group = TestGroup.of(temp, 3).awaitReady()) {
            TestNode follower = group.aloneWithoutALead();
            List<String> others = group.others(follower);
            try (var before = new LeaderStream(group, others.getFirst(), follower);
                    var now = new LeaderStream(group, others.getLast(), follower)) {
                Position agreed = await().atMost(PATIENCE)
                        .until(() -> oldEntry(before, follower), Optional::isPresent)
                        .orElseThrow();
                long index = agreed.index() + 1;
                for (int more = 1; more < NEVER_AGREED_ON; more++, index++) {
                    before.ask(LeaderStream.request(OLD_TERM, new Position(OLD_TERM, index))
                            .setLeaderCommit(agreed.index())
                            .addEntries(put(OLD_TERM, index + 1, "never agreed on")));
                }

                now.send(commit(index));
                AppendEntriesReplyProto refusal = now.awaitWholeReply();

                assertThat(refusal.getResult()).isEqualTo(AppendResult.INCONSISTENCY);
                assertThat(refusal.getNextIndex()).isEqualTo(agreed.index() + 1);
                assertThat(now.ask(LeaderStream.request(NEW_TERM, agreed)
                                .addEntries(put(NEW_TERM, agreed.index() + 1, "agreed on"))))
                        .isEqualTo(AppendResult.SUCCESS);
            }
        }
    }

    /** Sends an entry that stays uncommitted; returns what it stands behind, if the follower had that. */
    private static Optional<Position> oldEntry(LeaderStream leader, TestNode follower) throws InterruptedException {
        Position last = follower.status().applied().orElseThrow();
        AppendResult result = leader.ask(
                LeaderStream.request(OLD_TERM, last).addEntries(put(OLD_TERM, last.index() + 1, "never agreed on")));
        return result == AppendResult.SUCCESS ? Optional.of(last) : Optional.empty();
    }

    /** A heartbeat of the new leader, which has agreed on its entry with others. */
    private static AppendEntriesRequestProto.Builder commit(long index) {
        return LeaderStream.request(NEW_TERM, new Position(NEW_TERM, index));
    }

    private static LogEntryProto put(long term, long index, String value) {
        byte[] entry = CommandCodec.encode(Once.EACH_TIME, Command.Txn.of(new Put(KEY, Bytes.utf8(value), 0)));
        CommandCodec.stamp(entry, () -> Timestamp.ofMillis(System.currentTimeMillis() + term));
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
