package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Command;
import io.skipstone.command.CommandCodec;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BundlerTest {
    private static final int ENTRY_BYTES = 64 << 10;

    private final List<Bundle> proposed = new ArrayList<>();
    private final InFlight inFlight = new InFlight(10_000, 64 << 20);
    private final Bundler bundler = new Bundler(new SameThread(), inFlight, ENTRY_BYTES);

    private final class SameThread implements Bundler.Log {
        @Override
        public void call(Runnable send) {
            send.run();
        }

        @Override
        public void propose(Bundle bundle) {
            proposed.add(bundle);
        }
    }

    private Proposal submit() {
        return submit(proposal(CommandCodec.encode(Once.EACH_TIME, new Command.Barrier())));
    }

    private Proposal submit(Proposal proposal) {
        bundler.submit(proposal);
        return proposal;
    }

    private static Proposal proposal(byte[] entry) {
        return new Proposal(entry, 0, Timestamp.NONE, false);
    }

    /** As many as may be on their way, so that the next ones wait. */
    private void fillTheWay() {
        for (int i = 0; i < Bundler.ON_THE_WAY; i++) {
            submit();
        }
    }

    @Test
    void aLoneProposalGoesAtOnce() {
        Proposal alone = submit();

        assertThat(proposed).singleElement().satisfies(bundle -> {
            assertThat(bundle.proposals()).containsExactly(alone);
            assertThat(bundle.entry()).isSameAs(alone.entry());
            assertThat(inFlight.find(bundle.callId())).contains(bundle);
        });
    }

    @Test
    void thoseThatComeMeanwhileGoTogetherAndInOrder() {
        fillTheWay();
        List<Proposal> waiting = List.of(submit(), submit(), submit());
        assertThat(proposed).hasSize(Bundler.ON_THE_WAY);

        proposed.getFirst().agreed(7);

        assertThat(proposed).hasSize(Bundler.ON_THE_WAY + 1);
        assertThat(proposed.getLast().proposals()).isEqualTo(waiting);
    }

    @Test
    void anEntryMakesRoomForOneOnly() {
        fillTheWay();
        submit();

        proposed.getFirst().agreed(7);
        proposed.getFirst().pass();
        submit();

        assertThat(proposed).as("one agreed on, and answered later").hasSize(Bundler.ON_THE_WAY + 1);
    }

    @Test
    void noMoreGoTogetherThanMayShareAnEntry() {
        fillTheWay();
        for (int i = 0; i <= Bundler.MOST_PROPOSALS; i++) {
            submit();
        }

        proposed.getFirst().agreed(7);
        assertThat(proposed.getLast().proposals()).hasSize(Bundler.MOST_PROPOSALS);

        proposed.get(1).agreed(8);
        assertThat(proposed.getLast().proposals()).hasSize(1);
    }

    @Test
    void noMoreBytesGoTogetherThanTheLogTakes() {
        fillTheWay();
        submit(proposal(new byte[ENTRY_BYTES - 100]));
        submit(proposal(new byte[101]));
        submit(proposal(new byte[2 * ENTRY_BYTES]));

        proposed.get(0).agreed(7);
        proposed.get(1).agreed(8);
        proposed.get(2).agreed(9);

        assertThat(proposed.subList(Bundler.ON_THE_WAY, proposed.size()))
                .extracting(bundle -> bundle.proposals().size())
                .as("also one that is too long on its own: the log decides")
                .containsExactly(1, 1, 1);
    }

    /** They are applied in one transaction, whose outcomes are in memory together. */
    @Test
    void noMoreGoTogetherThanReturnWhatABatchMay() {
        fillTheWay();
        for (int i = 0; i < 3; i++) {
            submit(new Proposal(new byte[100], (int) ApplyLoop.BATCH_BYTES / 2, Timestamp.NONE, false));
        }

        proposed.get(0).agreed(7);
        proposed.get(1).agreed(8);

        assertThat(proposed.subList(Bundler.ON_THE_WAY, proposed.size()))
                .extracting(bundle -> bundle.proposals().size())
                .containsExactly(2, 1);
    }

    /** What is behind it may have a timestamp only when the group has agreed on it. */
    @Test
    void aClockCeilingSharesItsEntryWithNobody() {
        fillTheWay();
        submit();
        Proposal ceiling = submit(
                new Proposal(CommandCodec.encode(Once.EACH_TIME, new Command.Barrier()), 0, Timestamp.MAX, true));
        submit();

        proposed.get(0).agreed(7);
        proposed.get(1).agreed(8);
        proposed.get(2).agreed(9);

        assertThat(proposed.get(Bundler.ON_THE_WAY + 1).proposals()).containsExactly(ceiling);
        assertThat(proposed).hasSize(Bundler.ON_THE_WAY + 3);
    }

    @Test
    void oneThatIsGivenUpMeanwhileNeverGoes() {
        fillTheWay();
        Proposal givenUp = submit();
        Proposal other = submit();

        assertThat(givenUp.giveUp()).isTrue();
        proposed.getFirst().agreed(7);

        assertThat(proposed.getLast().proposals()).containsExactly(other);
        assertThat(other.giveUp()).isFalse();
    }

    @Test
    void aLogThatStandsStillKeepsOnlyThoseWaitingWhomSomebodyWaitsFor() {
        fillTheWay();
        submit();
        Bundle stuck = proposed.getFirst();
        assertThat(stuck.isAwaited()).isTrue();

        stuck.proposals().getFirst().outcome().completeExceptionally(new NotReady("late"));

        assertThat(stuck.isAwaited()).isFalse();
        stuck.pass();
        assertThat(proposed).hasSize(Bundler.ON_THE_WAY + 1);
    }
}
