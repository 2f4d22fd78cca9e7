package io.skipstone.chaos.check;

import static io.skipstone.chaos.check.Story.delete;
import static io.skipstone.chaos.check.Story.deleted;
import static io.skipstone.chaos.check.Story.found;
import static io.skipstone.chaos.check.Story.get;
import static io.skipstone.chaos.check.Story.listed;
import static io.skipstone.chaos.check.Story.nothing;
import static io.skipstone.chaos.check.Story.put;
import static io.skipstone.chaos.check.Story.scan;
import static io.skipstone.chaos.check.Story.wrote;
import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.chaos.history.Action;
import io.skipstone.chaos.history.Freshness;
import io.skipstone.chaos.history.Guard;
import io.skipstone.chaos.history.Seen;
import io.skipstone.chaos.history.Step;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Times are ticks: an operation from 1 to 2 ended before one from 3 to 4 began. */
class LinearizabilityTest {
    private final Story story = new Story();

    @Nested
    class AccusesAHistoryWith {
        @Test
        void aStaleRead() {
            story.ok(1, 2, put("r/a", "1"), wrote(1))
                    .ok(3, 4, put("r/a", "2"), wrote(2))
                    .ok(5, 6, get("r/a"), found("1"));

            isAccused();
        }

        @Test
        void aReadThatGoesBackWhileAWriteIsUnderWay() {
            story.ok(1, 10, put("r/a", "1"), wrote(1))
                    .ok(2, 3, get("r/a"), found("1"))
                    .ok(4, 5, get("r/a"), nothing());

            isAccused();
        }

        @Test
        void aLostUpdate() {
            story.ok(1, 2, put("r/a", "1"), wrote(1))
                    .ok(3, 6, ifUnchanged("r/a", "1", "2"), wrote(2))
                    .ok(4, 5, ifUnchanged("r/a", "1", "3"), wrote(2));

            isAccused();
        }

        @Test
        void anAcknowledgedWriteThatIsLost() {
            story.ok(1, 2, put("r/a", "1"), wrote(1)).ok(3, 4, get("r/a"), nothing());

            isAccused();
        }

        @Test
        void aWriteThatTookEffectTwice() {
            story.ok(1, 9, put("r/a", "1"), wrote(1))
                    .ok(2, 3, get("r/a"), found("1"))
                    .ok(4, 5, put("r/a", "2"), wrote(2))
                    .ok(6, 7, get("r/a"), found("1", 3, 0));

            isAccused();
        }

        @Test
        void aRefusedWriteThatTookEffect() {
            story.refused(1, put("r/a", "1")).ok(3, 4, get("r/a"), found("1"));

            isAccused();
        }

        @Test
        void anUnknownWriteThatTookEffectBeforeItBegan() {
            story.ok(1, 2, get("r/a"), found("1")).unknown(3, put("r/a", "1"));

            isAccused();
        }

        @Test
        void aDeletedKeyThatComesBack() {
            story.ok(1, 2, put("r/a", "1"), wrote(1))
                    .ok(3, 4, delete("r/a"), deleted(1))
                    .ok(5, 6, get("r/a"), found("1"));

            isAccused();
        }

        @Test
        void aReadFromTheFuture() {
            story.ok(1, 2, get("r/a"), found("1")).ok(3, 4, put("r/a", "1"), wrote(1));

            isAccused();
        }

        @Test
        void aGuardThatFailedThoughItHeld() {
            story.ok(1, 2, put("r/a", "1"), wrote(1)).guardFailed(3, 4, ifUnchanged("r/a", "1", "2"));

            isAccused();
        }

        @Test
        void writeSkew() {
            // Each saw both keys absent, and wrote one of them.
            story.ok(1, 4, ifBothAbsent(new Step.Put("g/a", "1")), wrote(1))
                    .ok(2, 3, ifBothAbsent(new Step.Put("g/b", "2")), wrote(1));

            isAccused();
        }

        @Test
        void aFracturedRead() {
            story.ok(1, 10, writeBoth("1"), wrote(1), wrote(1)).ok(2, 3, scan("g"), listed("g/a", "1"));

            isAccused();
        }

        @Test
        void scansThatSeeTwoWritesInDifferentOrders() {
            story.ok(1, 10, put("g/a", "1"), wrote(1))
                    .ok(1, 10, put("g/b", "2"), wrote(1))
                    .ok(2, 9, scan("g"), listed("g/a", "1"))
                    .ok(2, 9, scan("g"), listed("g/b", "2"));

            isAccused();
        }

        @Test
        void aScanThatGoesBack() {
            story.ok(1, 10, put("g/a", "1"), wrote(1))
                    .ok(1, 10, put("g/b", "2"), wrote(1))
                    .ok(2, 3, scan("g"), listed("g/a", "1", "g/b", "2"))
                    .ok(4, 5, scan("g"), listed("g/a", "1"));

            isAccused();
        }

        private void isAccused() {
            assertThat(story.verdicts()).singleElement().isInstanceOf(Verdict.Violation.class);
        }
    }

    @Nested
    class Acquits {
        @Test
        void readsThatOverlapAWriteAndSeeEitherValue() {
            story.ok(1, 10, put("r/a", "1"), wrote(1))
                    .ok(2, 3, get("r/a"), nothing())
                    .ok(2, 4, get("r/a"), found("1"))
                    .ok(5, 6, get("r/a"), found("1"));

            isAcquitted();
        }

        @Test
        void anUnknownWriteThatNeverTookEffect() {
            story.unknown(1, put("r/a", "1")).ok(3, 4, get("r/a"), nothing());

            isAcquitted();
        }

        @Test
        void anUnknownWriteThatTookEffectMuchLater() {
            story.unknown(1, put("r/a", "1"))
                    .ok(3, 4, get("r/a"), nothing())
                    .ok(5, 6, put("r/a", "2"), wrote(1))
                    .ok(7, 8, get("r/a"), found("1", 2, 0));

            isAcquitted();
        }

        @Test
        void anUnknownDeleteThatSomethingElseTells() {
            story.ok(1, 2, put("r/a", "1"), wrote(1)).unknown(3, delete("r/a")).ok(5, 6, put("r/a", "2"), wrote(1));

            isAcquitted();
        }

        @Test
        void aRefusedWriteThatLeftNoTrace() {
            story.refused(1, put("r/a", "1")).ok(3, 4, get("r/a"), nothing());

            isAcquitted();
        }

        @Test
        void guardsThatFailedBecauseSomeoneCameBefore() {
            story.ok(1, 6, writeBoth("1"), wrote(1), wrote(1))
                    .guardFailed(2, 3, ifBothAbsent(new Step.Put("g/b", "2")))
                    .ok(2, 5, scan("g"), listed());

            isAcquitted();
        }

        @Test
        void staleReadsOfThoseWhoAskedForThem() {
            story.ok(1, 2, put("r/a", "1"), wrote(1))
                    .at(new Freshness.Local(), 0, 3, 4, get("r/a"), nothing())
                    .at(new Freshness.AtRevision(0), 0, 5, 6, get("r/a"), nothing());

            isAcquitted();
        }

        private void isAcquitted() {
            assertThat(story.verdicts()).hasOnlyElementsOfType(Verdict.Linearizable.class);
        }
    }

    private static Action ifUnchanged(String key, String seen, String value) {
        return Action.guarded("r", new Guard.Unchanged(key, new Seen(seen, 1, 0)), new Step.Put(key, value));
    }

    private static Action ifBothAbsent(Step step) {
        return new Action(
                "g", List.of(new Guard.Exists("g/a", false), new Guard.Exists("g/b", false)), List.of(step), List.of());
    }

    private static Action writeBoth(String value) {
        return Action.of("g", new Step.Put("g/a", value), new Step.Put("g/b", value));
    }
}
