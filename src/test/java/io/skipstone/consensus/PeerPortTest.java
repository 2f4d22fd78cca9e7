package io.skipstone.consensus;

import static io.skipstone.consensus.TestGroup.get;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.command.Command;
import io.skipstone.command.CommandCodec;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.consensus.peer.PeerChannels;
import io.skipstone.model.MemberId;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.Timestamp;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reaches the peer port and is not from a member. */
class PeerPortTest {
    private static final long TIMEOUT_MILLIS = 10_000;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] EMPTY_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

    @TempDir
    private Path temp;

    @Test
    void standsGarbageAndConnectionsThatSayNothing() throws Exception {
        try (var group = TestGroup.of(temp, 3).awaitReady()) {
            List<Socket> silent = new ArrayList<>();
            try {
                for (int i = 0; i < 20; i++) {
                    for (PeerAddress address : group.addresses()) {
                        silent.add(new Socket(address.host(), address.port()));
                        silent.add(halfOpen(address));
                        talkNonsense(address, i);
                    }
                    group.follower().put("key", "value " + i).get(20, SECONDS);
                    assertThat(get(group.follower(), "key")).contains("value " + i);
                }
            } finally {
                for (Socket socket : silent) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void refusesAnotherGroupAndChangesNothing() throws Exception {
        try (var group = TestGroup.of(temp, 3).awaitReady();
                var channels = new PeerChannels()) {
            PeerAddress leader = group.addressOf(group.awaitLeader());
            var stranger = new PeerCalls(channels, new UUID(1, 2), MemberId.parse("n9.0000000000000009"));
            var before = group.awaitLeader().status().revision();
            byte[] entry = CommandCodec.encode(Once.EACH_TIME, Command.Txn.of());

            assertRefused("wrong_group", stranger.propose(leader, entry, TIMEOUT_MILLIS));
            assertRefused("wrong_group", stranger.readPoint(leader, Timestamp.NONE, TIMEOUT_MILLIS));
            assertRefused("wrong_group", stranger.change(leader, ChangeWire.remove("n2"), TIMEOUT_MILLIS));
            assertThat(group.awaitLeader().status().revision()).isEqualTo(before);
        }
    }

    @Test
    void refusesEntriesThatOnlyTheLeaderMakesOrNobody() throws Exception {
        try (var group = TestGroup.of(temp, 3).awaitReady();
                var channels = new PeerChannels()) {
            PeerAddress leader = group.addressOf(group.awaitLeader());
            var member = new PeerCalls(channels, group.groupId(), MemberId.parse("n9.0000000000000009"));
            byte[] ceiling = CommandCodec.encode(Once.EACH_TIME, new Command.RaiseClockCeiling(Timestamp.MAX));

            assertRefused("not_forwarded", member.propose(leader, ceiling, TIMEOUT_MILLIS));
            assertRefused("entry_unknown", member.propose(leader, new byte[] {1, 2, 3}, TIMEOUT_MILLIS));
            byte[] stamped = CommandCodec.encode(Once.EACH_TIME, new Command.Barrier());
            CommandCodec.stamp(stamped, () -> Timestamp.MAX);
            assertRefused("entry_unknown", member.propose(leader, stamped, TIMEOUT_MILLIS));
            group.awaitLeader().put("key", "value").get(20, SECONDS);
        }
    }

    /** One that begins as HTTP/2 does, and then is silent. */
    private static Socket halfOpen(PeerAddress address) throws IOException {
        var socket = new Socket(address.host(), address.port());
        socket.getOutputStream().write(PREFACE);
        socket.getOutputStream().write(EMPTY_SETTINGS);
        return socket;
    }

    private static void talkNonsense(PeerAddress address, int seed) throws IOException {
        try (var socket = new Socket(address.host(), address.port())) {
            byte[] nonsense = new byte[4096];
            new Random(seed).nextBytes(nonsense);
            if (seed % 2 == 0) {
                socket.getOutputStream().write(PREFACE);
            }
            socket.getOutputStream().write(nonsense);
        } catch (IOException cutOff) {
            assertThat(cutOff).hasMessageMatching(".*(reset|Broken pipe|closed).*");
        }
    }

    private static void assertRefused(String code, CompletionStage<?> answer) {
        assertThatThrownBy(() -> answer.toCompletableFuture().get(20, SECONDS))
                .rootCause()
                .isInstanceOf(SkipstoneException.class)
                .extracting(refusal -> ((SkipstoneException) refusal).code())
                .isEqualTo(code);
    }
}
