package io.skipstone.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.ExitCode;
import io.skipstone.model.Position;
import io.skipstone.snapshot.StartDecision.ArtifactOffer;
import io.skipstone.snapshot.StartDecision.CutTail;
import io.skipstone.snapshot.StartDecision.DropFront;
import io.skipstone.snapshot.StartDecision.Fresh;
import io.skipstone.snapshot.StartDecision.NewLog;
import io.skipstone.snapshot.StartDecision.Reason;
import io.skipstone.snapshot.StartDecision.Refuse;
import io.skipstone.snapshot.StartDecision.Replay;
import io.skipstone.snapshot.StartDecision.SetStoreAside;
import io.skipstone.snapshot.StartDecision.Skip;
import io.skipstone.snapshot.StartDecision.TakeIn;
import io.skipstone.store.StoreMeta;
import io.skipstone.store.StoreState;
import io.skipstone.store.StoreState.Doubt;
import io.skipstone.store.StoreState.Known;
import io.skipstone.store.StoreState.NoIndex;
import io.skipstone.store.StoreState.Unknown;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ObjectAssert;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SkipGateTest {
    private static final UUID GROUP = new UUID(1, 1);
    private static final StartFacts ALONE = StartFacts.alone(GROUP);
    private static final StartFacts AMONG_SEVERAL = new StartFacts(GROUP, Voters.SEVERAL, Optional.empty());
    private static final LogExtent NO_ENTRIES = new LogExtent(-1, -1, true, false);
    private static final LogExtent LOST_ENTRIES = new LogExtent(-1, -1, true, true);
    private static final StoreState.Fresh NO_STORE = new StoreState.Fresh();
    private static final Known NEVER_WRITTEN = new Known(StoreMeta.EMPTY);
    private static final Unknown DOUBTFUL = new Unknown(Doubt.META_CORRUPT);

    private static LogExtent log(long start, long end) {
        return new LogExtent(start, end, true, true);
    }

    private static LogExtent withoutVote(long start, long end) {
        return new LogExtent(start, end, false, true);
    }

    private static LogExtent withTail(long start, long end, long through, boolean torn) {
        return new LogExtent(start, end, true, true, Optional.empty(), Optional.of(tail(end, through, torn)));
    }

    private static LogFlaw tail(long end, long through, boolean torn) {
        return new LogFlaw("log_inprogress_0", 100, 20, end + 1, through, torn, "a bad record");
    }

    private static LogExtent withFront(long through, long start, long end) {
        return new LogExtent(start, end, true, true, Optional.of(front(through)), Optional.empty());
    }

    private static LogFlaw front(long through) {
        return new LogFlaw("log_0-9", 100, 20, 3, through, false, "a bad record");
    }

    private static Known storeAt(long index) {
        return store(GROUP, new Position(3, index));
    }

    private static Known store(UUID group, Position applied) {
        return new Known(new StoreMeta(
                Optional.of(applied),
                1,
                StoreMeta.EMPTY.lastCommitTs(),
                StoreMeta.EMPTY.hlcCeiling(),
                0,
                StoreMeta.EMPTY.gcFloor(),
                StoreMeta.EMPTY.configuration(),
                Optional.of(group),
                1,
                1));
    }

    private static ArtifactOffer artifactAt(long index) {
        return new ArtifactOffer(Path.of("artifact", index + ".skip"), new Position(3, index));
    }

    private static ObjectAssert<StartDecision> decision(StoreState store, LogExtent log, ArtifactOffer... artifacts) {
        return decision(ALONE, store, log, artifacts);
    }

    private static ObjectAssert<StartDecision> decision(
            StartFacts facts, StoreState store, LogExtent log, ArtifactOffer... artifacts) {
        return assertThat(SkipGate.decide(store, log, facts, () -> List.of(artifacts)));
    }

    private static void isRefused(Reason reason, StoreState store, LogExtent log, ArtifactOffer... artifacts) {
        isRefused(reason, ALONE, store, log, artifacts);
    }

    private static void isRefused(
            Reason reason, StartFacts facts, StoreState store, LogExtent log, ArtifactOffer... artifacts) {
        decision(facts, store, log, artifacts).isInstanceOfSatisfying(Refuse.class, refusal -> {
            assertThat(refusal.reason()).isEqualTo(reason);
            assertThat(refusal.advice()).isNotBlank().doesNotContain("\n");
        });
    }

    @Nested
    class WithoutAStore {
        @Test
        void startsFreshWhenThereNeverWasALogEither() {
            decision(NO_STORE, LogExtent.NONE).isEqualTo(new Fresh());
            decision(NO_STORE, NO_ENTRIES).isEqualTo(new Fresh());
        }

        @Test
        void replaysALogThatIsWhole() {
            decision(NO_STORE, log(0, 9)).isEqualTo(new Replay(Reason.META_MISSING));
        }

        @Test
        void refusesWhenTheLogWasPurgedOrLostItsEntries() {
            isRefused(Reason.META_MISSING, NO_STORE, log(5, 9));
            isRefused(Reason.META_MISSING, NO_STORE, LOST_ENTRIES);
        }

        @Test
        void refusesAWholeLogWithoutTheVote() {
            isRefused(Reason.VOTE_MISSING, NO_STORE, withoutVote(0, 9));
        }
    }

    @Nested
    class WithAStoreInDoubt {
        @ParameterizedTest
        @EnumSource
        void setsItAsideWhenTheLogIsWhole(Doubt doubt) {
            decision(new Unknown(doubt), log(0, 9)).isEqualTo(new SetStoreAside(Reason.valueOf(doubt.name())));
        }

        @ParameterizedTest
        @EnumSource
        void refusesWhenTheLogWasPurgedOrIsGone(Doubt doubt) {
            Reason reason = Reason.valueOf(doubt.name());
            isRefused(reason, new Unknown(doubt), log(1, 9));
            isRefused(reason, new Unknown(doubt), NO_ENTRIES);
            isRefused(reason, new Unknown(doubt), LogExtent.NONE);
        }

        @Test
        void saysWithTheExitCodeWhatKindOfHelpIsNeeded() {
            assertThat(new Refuse(Reason.READ_ERROR, "-").exitCode()).isEqualTo(ExitCode.DISK);
            assertThat(new Refuse(Reason.FORMAT_UNKNOWN, "-").exitCode()).isEqualTo(ExitCode.FORMAT);
            assertThat(new Refuse(Reason.ENV_CORRUPT, "-").exitCode()).isEqualTo(ExitCode.DAMAGED);
            assertThat(new Refuse(Reason.WRONG_OWNER, "-").exitCode()).isEqualTo(ExitCode.WRONG_OWNER);
        }
    }

    @Nested
    class WithAStoreThatKnowsWhereItStands {
        @Test
        @DisplayName("skipsWhenTheLogGoesOnFromThere [ColdStartSkipThreshold]")
        void skipsWhenTheLogGoesOnFromThere() {
            var have = new Position(3, 7);

            decision(storeAt(7), log(0, 7)).isEqualTo(new Skip(have));
            decision(storeAt(7), log(0, 20)).isEqualTo(new Skip(have));
            decision(storeAt(7), log(8, 20)).isEqualTo(new Skip(have));
            decision(storeAt(7), NO_ENTRIES).isEqualTo(new Skip(have));
        }

        @Test
        void asksForNoArtifactThen() {
            assertThat(SkipGate.decide(storeAt(7), log(0, 7), ALONE, () -> {
                        throw new AssertionError("asked");
                    }))
                    .isInstanceOf(Skip.class);
        }

        @Test
        @DisplayName("refusesAGapBetweenStoreAndLog [SkipGate_ExecutesWhenFSMStale]")
        void refusesAGapBetweenStoreAndLog() {
            isRefused(Reason.BEHIND_LOG, storeAt(7), log(9, 20));
        }

        @Test
        void beginsANewLogWhenTheOldOneEndsBeforeTheStore() {
            decision(storeAt(7), log(0, 6)).isEqualTo(new NewLog(Reason.AHEAD_OF_LOG, new Position(3, 7)));
        }

        @Test
        void refusesWhenTheVoteIsGone() {
            isRefused(Reason.AHEAD_OF_LOG, storeAt(7), LogExtent.NONE);
            isRefused(Reason.VOTE_MISSING, storeAt(7), withoutVote(0, 7));
            isRefused(Reason.VOTE_MISSING, storeAt(7), withoutVote(0, 6));
        }

        @Test
        void refusesTheStoreOfAnotherGroup() {
            isRefused(Reason.WRONG_OWNER, store(new UUID(2, 2), new Position(3, 7)), log(0, 7), artifactAt(7));
        }
    }

    @Nested
    class WithARestoredStore {
        private final Known restored = store(GROUP, new Position(0, 41));

        @Test
        void skipsBeforeTheFirstVote() {
            decision(restored, LogExtent.NONE).isEqualTo(new Skip(new Position(0, 41)));
        }

        @Test
        void skipsWhenTheLogBeginsBehindIt() {
            decision(restored, log(42, 43)).isInstanceOf(Skip.class);
        }
    }

    @Nested
    class WithAStoreThatNeverTookAnEntry {
        @Test
        void startsFreshAndLetsTheLogSupplyEverything() {
            decision(NEVER_WRITTEN, log(0, 3)).isEqualTo(new Fresh());
            decision(NEVER_WRITTEN, NO_ENTRIES).isEqualTo(new Fresh());
        }

        @Test
        void refusesALogThatBeginsLater() {
            isRefused(Reason.BEHIND_LOG, NEVER_WRITTEN, log(1, 3));
        }
    }

    @Nested
    class WithABackendThatKeepsNoPosition {
        @Test
        void replaysALogThatIsWhole() {
            decision(new NoIndex(), log(0, 3)).isEqualTo(new Replay(Reason.BACKEND_WITHOUT_INDEX));
            decision(new NoIndex(), LogExtent.NONE).isEqualTo(new Fresh());
        }

        @Test
        void refusesALogThatWasPurged() {
            isRefused(Reason.BACKEND_WITHOUT_INDEX, new NoIndex(), log(1, 3), artifactAt(3));
        }
    }

    @Nested
    class WithATornTail {
        @Test
        void cutsItBehindTheStore() {
            decision(storeAt(7), withTail(0, 7, 8, true)).isEqualTo(new CutTail(tail(7, 8, true)));
            decision(storeAt(7), withTail(8, 9, LogFlaw.UNKNOWN, true)).isInstanceOf(CutTail.class);
            decision(DOUBTFUL, withTail(0, 7, 8, true)).isInstanceOf(CutTail.class);
        }

        @Test
        void neverCutsWhatIsApplied() {
            isRefused(Reason.LOG_DAMAGED, storeAt(9), withTail(0, 7, LogFlaw.UNKNOWN, true));
            isRefused(Reason.LOG_DAMAGED, storeAt(8), withTail(0, 7, 9, true));
        }

        @Test
        void leavesItWhenTheNodeWouldBeRefusedAllTheSame() {
            isRefused(Reason.BEHIND_LOG, storeAt(2), withTail(5, 7, 8, true));
            isRefused(Reason.META_CORRUPT, DOUBTFUL, withTail(5, 7, 8, true));
        }
    }

    @Nested
    class WithADamagedLog {
        @Test
        void refusesWhatTheStoreDoesNotHold() {
            isRefused(Reason.LOG_DAMAGED, storeAt(7), withTail(0, 7, 8, false));
            isRefused(Reason.LOG_DAMAGED, storeAt(7), withFront(9, 10, 20));
            isRefused(Reason.LOG_DAMAGED, DOUBTFUL, withTail(0, 7, 8, false));
            isRefused(Reason.META_CORRUPT, DOUBTFUL, withFront(9, 10, 20));
        }

        @Test
        void beginsANewLogWhenTheStoreHoldsAllOfTheOldOne() {
            decision(storeAt(8), withTail(0, 7, 8, false))
                    .isEqualTo(new NewLog(Reason.LOG_DAMAGED, new Position(3, 8)));
            decision(storeAt(9), withFront(9, -1, -1)).isInstanceOf(NewLog.class);
        }

        @Test
        void dropsAFrontThatTheStoreHolds() {
            decision(storeAt(9), withFront(9, 10, 20)).isEqualTo(new DropFront(front(9), 10));
        }

        @Test
        void refusesWhatNobodyCanAccountFor() {
            isRefused(Reason.LOG_DAMAGED, storeAt(30), withFront(LogFlaw.UNKNOWN, -1, -1));
        }
    }

    @Nested
    class WithAnArtifact {
        @Test
        void takesItInsteadOfAStoreInDoubt() {
            decision(DOUBTFUL, log(5, 9), artifactAt(4)).isEqualTo(new TakeIn(Reason.META_CORRUPT, artifactAt(4)));
            decision(DOUBTFUL, log(0, 9), artifactAt(4)).isInstanceOf(TakeIn.class);
            decision(NO_STORE, log(5, 9), artifactAt(4)).isInstanceOf(TakeIn.class);
        }

        @Test
        void takesItWhenTheStoreLiesBehindTheLog() {
            decision(storeAt(2), log(5, 9), artifactAt(6)).isEqualTo(new TakeIn(Reason.BEHIND_LOG, artifactAt(6)));
            decision(NEVER_WRITTEN, log(5, 9), artifactAt(6)).isInstanceOf(TakeIn.class);
        }

        @Test
        void takesItWhenItHoldsWhatTheLogCannotGive() {
            decision(storeAt(7), withTail(0, 7, 8, false), artifactAt(8)).isInstanceOf(TakeIn.class);
        }

        @Test
        void takesTheFirstThatLeadsToAStart() {
            decision(DOUBTFUL, withTail(5, 7, 9, true), artifactAt(8), artifactAt(6))
                    .isEqualTo(new TakeIn(Reason.META_CORRUPT, artifactAt(6)));
        }

        @Test
        void refusesWhenItIsTooOld() {
            isRefused(Reason.META_CORRUPT, DOUBTFUL, log(5, 9), artifactAt(3));
            isRefused(Reason.BEHIND_LOG, storeAt(2), log(5, 9), artifactAt(3));
        }

        @Test
        void refusesAllTheSameWhenTheVoteIsGone() {
            isRefused(Reason.AHEAD_OF_LOG, storeAt(7), LogExtent.NONE, artifactAt(7));
        }

        @Test
        void refusesWhenTheLogLostItsEntriesSoThatNothingTellsWhetherItIsTheNewest() {
            isRefused(Reason.META_CORRUPT, DOUBTFUL, LOST_ENTRIES, artifactAt(7));
        }
    }

    /** What a member acknowledged may be what made a majority: it must not come back without it. */
    @Nested
    class AmongSeveralVoters {
        @Test
        void skipsWhenTheLogGoesOnWhereTheStoreStands() {
            decision(AMONG_SEVERAL, storeAt(7), log(0, 7)).isInstanceOf(Skip.class);
            decision(AMONG_SEVERAL, storeAt(7), log(8, 20)).isInstanceOf(Skip.class);
            decision(AMONG_SEVERAL, NO_STORE, LogExtent.NONE).isEqualTo(new Fresh());
        }

        @Test
        void refusesALogThatEndsBeforeTheStoreBecauseMoreMayBeGone() {
            isRefused(Reason.AHEAD_OF_LOG, AMONG_SEVERAL, storeAt(7), log(0, 6));
            isRefused(Reason.AHEAD_OF_LOG, AMONG_SEVERAL, storeAt(7), LOST_ENTRIES);
            isRefused(Reason.AHEAD_OF_LOG, AMONG_SEVERAL, storeAt(7), NO_ENTRIES);
        }

        @Test
        void refusesDamageThatTheStoreHoldsButThatTakesTheWholeLog() {
            isRefused(Reason.LOG_DAMAGED, AMONG_SEVERAL, storeAt(8), withTail(0, 7, 8, false));
            isRefused(Reason.LOG_DAMAGED, AMONG_SEVERAL, storeAt(9), withFront(9, -1, -1));
        }

        @Test
        void refusesWithoutTheVote() {
            isRefused(Reason.VOTE_MISSING, AMONG_SEVERAL, storeAt(7), withoutVote(0, 7));
            isRefused(Reason.AHEAD_OF_LOG, AMONG_SEVERAL, storeAt(7), LogExtent.NONE);
            isRefused(Reason.VOTE_MISSING, AMONG_SEVERAL, NO_STORE, withoutVote(0, 9));
        }

        @Test
        void cutsATornTailThatWasNeverAcknowledged() {
            decision(AMONG_SEVERAL, storeAt(7), withTail(0, 7, 8, true)).isEqualTo(new CutTail(tail(7, 8, true)));
        }

        @Test
        void dropsAFrontThatTheStoreHoldsBecauseTheRestOfTheLogIsThere() {
            decision(AMONG_SEVERAL, storeAt(9), withFront(9, 10, 20)).isEqualTo(new DropFront(front(9), 10));
        }

        @Test
        void replaysALogThatIsWhole() {
            decision(AMONG_SEVERAL, NO_STORE, log(0, 9)).isEqualTo(new Replay(Reason.META_MISSING));
            decision(AMONG_SEVERAL, DOUBTFUL, log(0, 9)).isEqualTo(new SetStoreAside(Reason.META_CORRUPT));
        }

        @Test
        void takesAnArtifactThatTheLogReachesAndGoesOnFrom() {
            decision(AMONG_SEVERAL, DOUBTFUL, log(5, 9), artifactAt(4)).isInstanceOf(TakeIn.class);
            decision(AMONG_SEVERAL, DOUBTFUL, log(5, 9), artifactAt(9)).isInstanceOf(TakeIn.class);
        }

        @Test
        void refusesAnArtifactThatTheLogDoesNotReach() {
            isRefused(Reason.META_CORRUPT, AMONG_SEVERAL, DOUBTFUL, log(5, 9), artifactAt(10), artifactAt(3));
        }

        @Test
        void tellsTheOperatorToReplaceTheMemberAndNotToPutAnOldCopyInPlace() {
            for (LogExtent log : List.of(log(0, 6), withTail(0, 7, 8, false), withoutVote(0, 7), log(9, 20))) {
                decision(AMONG_SEVERAL, storeAt(7), log)
                        .isInstanceOfSatisfying(Refuse.class, refusal -> assertThat(refusal.advice())
                                .contains("cluster remove", "cluster add")
                                .doesNotContain("backup", "put it back"));
            }
        }
    }

    /** An install was cut off, or nothing was appended after it. */
    @Nested
    class WithAStoreThatCameFromAnotherMember {
        private static final StartFacts INSTALLED =
                new StartFacts(GROUP, Voters.SEVERAL, Optional.of(new Position(3, 7)));

        @Test
        void skipsWithTheLogThatItLeftEmpty() {
            decision(INSTALLED, storeAt(7), LOST_ENTRIES).isEqualTo(new Skip(new Position(3, 7)));
            decision(INSTALLED, storeAt(7), NO_ENTRIES).isInstanceOf(Skip.class);
        }

        @Test
        void movesTheOldLogAsideUpToWhereItStands() {
            var aside = new NewLog(Reason.LOG_SUPERSEDED, new Position(3, 7));

            decision(INSTALLED, storeAt(7), log(0, 4)).isEqualTo(aside);
            decision(INSTALLED, storeAt(7), log(2, 7)).isEqualTo(aside);
        }

        @Test
        void skipsWithTheEntriesThatCameAfterIt() {
            decision(INSTALLED, storeAt(7), log(8, 9)).isInstanceOf(Skip.class);
        }

        @Test
        void accountsForNothingMoreOnceItHasTakenAnEntry() {
            isRefused(Reason.AHEAD_OF_LOG, INSTALLED, storeAt(8), LOST_ENTRIES);
            isRefused(Reason.AHEAD_OF_LOG, INSTALLED, storeAt(8), log(0, 7));
        }

        @Test
        void neverAccountsForAnArtifactInItsPlace() {
            isRefused(Reason.META_CORRUPT, INSTALLED, DOUBTFUL, log(1, 6), artifactAt(7));
        }

        @Test
        void isRefusedWithoutTheVote() {
            isRefused(Reason.AHEAD_OF_LOG, INSTALLED, storeAt(7), LogExtent.NONE);
            isRefused(Reason.VOTE_MISSING, INSTALLED, storeAt(7), withoutVote(0, 4));
        }
    }
}
