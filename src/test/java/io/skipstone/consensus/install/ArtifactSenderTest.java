package io.skipstone.consensus.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.consensus.peer.wire.PeerProto.ArtifactRequest;
import io.skipstone.snapshot.ArtifactMaker;
import io.skipstone.store.LmdbStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** To each member as fast as it takes. */
class ArtifactSenderTest {
    @TempDir
    private Path temp;

    private final AtomicLong nanos = new AtomicLong();
    private LmdbStore store;
    private ArtifactMaker maker;
    private ArtifactSender sender;

    @BeforeEach
    void start() throws IOException {
        new SourceNode(temp, "n1").close();
        store = LmdbStore.open(SourceNode.config(temp.resolve("n1")));
        maker = new ArtifactMaker(
                store,
                new ArtifactMaker.Settings(temp.resolve("artifact"), "n1", "test", 0),
                System::currentTimeMillis);
        sender = new ArtifactSender(
                SourceNode.GROUP_BYTES,
                maker,
                () -> SourceNode.INDEX,
                () -> CompletableFuture.completedStage(true),
                nanos::get);
    }

    @AfterEach
    void stop() {
        sender.close();
        maker.close();
        store.close();
    }

    private SlowMember ask(int takes) {
        var member = new SlowMember(takes);
        sender.send(
                ArtifactRequest.newBuilder()
                        .setGroupId(SourceNode.GROUP_BYTES)
                        .setLeastIndex(SourceNode.INDEX)
                        .build(),
                member);
        return member;
    }

    @Test
    void sendsNoMoreThanTheConnectionTakesAndGoesOnWhenItTakesMore() {
        SlowMember member = ask(3);
        await().until(() -> member.parts() == 3);

        member.take(2);
        await().until(() -> member.parts() == 5);

        member.take(Integer.MAX_VALUE / 2);
        await().until(member::isComplete);
        assertThat(member.heads()).isEqualTo(1);
    }

    @Test
    void refusesAMemberWhileItSendsToTwoOthers() {
        SlowMember first = ask(1);
        SlowMember second = ask(1);
        await().until(() -> first.parts() == 1 && second.parts() == 1);

        SlowMember third = ask(1);

        await().until(() -> third.ended().isPresent());
        assertThat(third.ended().orElseThrow().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(first.ended()).isEmpty();
    }

    @Test
    void givesThePlaceOfAMemberThatTakesNothingToTheNextOne() {
        SlowMember first = ask(1);
        SlowMember second = ask(1);
        await().until(() -> first.parts() == 1 && second.parts() == 1);
        nanos.addAndGet(2 * ArtifactSender.STALL_NANOS);

        SlowMember third = ask(Integer.MAX_VALUE / 2);

        await().until(third::isComplete);
        await().until(() -> first.ended().isPresent());
        assertThat(first.ended().orElseThrow().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    @Test
    void isInUseWhileItSendsAndThenUntilTheMemberHasComeToWhatItGot() {
        assertThat(sender.isInUse(_ -> true)).as("nobody has asked").isFalse();

        SlowMember member = ask(1);
        await().until(() -> member.parts() == 1);
        assertThat(sender.isInUse(_ -> false)).as("on its way").isTrue();

        member.take(Integer.MAX_VALUE / 2);
        await().until(() -> member.isComplete() && !sender.isInUse(_ -> false));
        assertThat(sender.isInUse(index -> SourceNode.INDEX - 1 < index))
                .as("somebody is one entry behind it")
                .isTrue();
        assertThat(sender.isInUse(index -> SourceNode.INDEX < index))
                .as("everybody has come to it")
                .isFalse();

        nanos.addAndGet(ArtifactSender.USED_WITHIN_NANOS);
        assertThat(sender.isInUse(_ -> true)).as("nobody uses it any more").isFalse();
    }

    @Test
    void letsGoOfTheCopyWhenTheMemberIsGone() {
        SlowMember member = ask(1);
        await().until(() -> member.parts() == 1);

        member.cancel();
        await().until(() -> !sender.isInUse(_ -> false));
        SlowMember next = ask(Integer.MAX_VALUE / 2);
        SlowMember another = ask(Integer.MAX_VALUE / 2);

        await().until(() -> next.isComplete() && another.isComplete());
    }
}
