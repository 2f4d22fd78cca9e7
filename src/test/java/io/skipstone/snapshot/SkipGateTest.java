package io.skipstone.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Position;
import io.skipstone.snapshot.StartDecision.Fresh;
import io.skipstone.snapshot.StartDecision.Reason;
import io.skipstone.snapshot.StartDecision.Refuse;
import io.skipstone.snapshot.StartDecision.Restore;
import io.skipstone.snapshot.StartDecision.Skip;
import io.skipstone.snapshot.StartDecision.SkipWithNewLog;
import io.skipstone.store.StoreMeta;
import io.skipstone.store.StoreState;
import io.skipstone.store.StoreState.Doubt;
import io.skipstone.store.StoreState.Known;
import io.skipstone.store.StoreState.Unknown;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SkipGateTest {
    private static final LogExtent NO_ENTRIES = new LogExtent(-1, -1, true);

    private static LogExtent log(long start, long end) {
        return new LogExtent(start, end, true);
    }

    private static Known storeAt(long index) {
        return new Known(new StoreMeta(
                Optional.of(new Position(3, index)),
                1,
                StoreMeta.EMPTY.lastCommitTs(),
                StoreMeta.EMPTY.hlcCeiling(),
                0,
                StoreMeta.EMPTY.gcFloor(),
                StoreMeta.EMPTY.configuration(),
                Optional.empty(),
                1,
                1));
    }

    @Nested
    class WithoutAStore {
        @Test
        void startsFreshWhenThereIsNoLogEither() {
            assertThat(SkipGate.decide(new StoreState.Fresh(), LogExtent.NONE)).isEqualTo(new Fresh());
        }

        @Test
        void restoresFromALogThatIsWhole() {
            assertThat(SkipGate.decide(new StoreState.Fresh(), log(0, 9))).isEqualTo(new Restore(Reason.META_MISSING));
        }

        @Test
        void refusesWhenTheLogWasPurged() {
            assertThat(SkipGate.decide(new StoreState.Fresh(), log(5, 9)))
                    .isInstanceOfSatisfying(Refuse.class, refusal -> {
                        assertThat(refusal.reason()).isEqualTo(Reason.META_MISSING);
                        assertThat(refusal.advice()).contains("from 5 to 9").doesNotContain("\n");
                    });
        }
    }

    @Nested
    class WithAStoreInDoubt {
        @ParameterizedTest
        @EnumSource
        void restoresFromALogThatIsWhole(Doubt doubt) {
            assertThat(SkipGate.decide(new Unknown(doubt), log(0, 9)))
                    .isEqualTo(new Restore(Reason.valueOf(doubt.name())));
        }

        @ParameterizedTest
        @EnumSource
        void refusesWhenTheLogWasPurgedOrIsGone(Doubt doubt) {
            assertThat(SkipGate.decide(new Unknown(doubt), log(1, 9))).isInstanceOf(Refuse.class);
            assertThat(SkipGate.decide(new Unknown(doubt), NO_ENTRIES)).isInstanceOf(Refuse.class);
            assertThat(SkipGate.decide(new Unknown(doubt), LogExtent.NONE)).isInstanceOf(Refuse.class);
        }
    }

    @Nested
    class WithAStoreThatKnowsWhereItStands {
        @Test
        void skipsWhenTheLogGoesOnFromThere() {
            var have = new Position(3, 7);

            assertThat(SkipGate.decide(storeAt(7), log(0, 7))).isEqualTo(new Skip(have));
            assertThat(SkipGate.decide(storeAt(7), log(0, 20))).isEqualTo(new Skip(have));
            assertThat(SkipGate.decide(storeAt(7), log(8, 20))).isEqualTo(new Skip(have));
            assertThat(SkipGate.decide(storeAt(7), NO_ENTRIES)).isEqualTo(new Skip(have));
        }

        @Test
        void refusesAGapBetweenStoreAndLog() {
            assertThat(SkipGate.decide(storeAt(7), log(9, 20)))
                    .isInstanceOfSatisfying(Refuse.class, refusal -> assertThat(refusal.reason())
                            .isEqualTo(Reason.BEHIND_LOG));
        }

        @Test
        void beginsANewLogWhenTheOldOneEndsBeforeTheStore() {
            assertThat(SkipGate.decide(storeAt(7), log(0, 6)))
                    .isEqualTo(new SkipWithNewLog(new Position(3, 7), Reason.AHEAD_OF_LOG));
        }

        @Test
        void refusesWhenTheVoteIsGone() {
            assertThat(SkipGate.decide(storeAt(7), LogExtent.NONE))
                    .isInstanceOfSatisfying(Refuse.class, refusal -> assertThat(refusal.reason())
                            .isEqualTo(Reason.AHEAD_OF_LOG));
        }
    }

    @Nested
    class WithAStoreThatNeverTookAnEntry {
        private final Known empty = new Known(StoreMeta.EMPTY);

        @Test
        void startsFreshAndLetsTheLogSupplyEverything() {
            assertThat(SkipGate.decide(empty, log(0, 3))).isEqualTo(new Fresh());
            assertThat(SkipGate.decide(empty, NO_ENTRIES)).isEqualTo(new Fresh());
        }

        @Test
        void refusesALogThatBeginsLater() {
            assertThat(SkipGate.decide(empty, log(1, 3))).isInstanceOf(Refuse.class);
        }
    }
}
