package io.skipstone.chaos.check;

import static io.skipstone.chaos.check.Story.delete;
import static io.skipstone.chaos.check.Story.deleted;
import static io.skipstone.chaos.check.Story.found;
import static io.skipstone.chaos.check.Story.get;
import static io.skipstone.chaos.check.Story.nothing;
import static io.skipstone.chaos.check.Story.put;
import static io.skipstone.chaos.check.Story.wrote;
import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.chaos.check.Anomaly.Rule;
import io.skipstone.chaos.history.Action;
import io.skipstone.chaos.history.Commit;
import io.skipstone.chaos.history.Freshness;
import io.skipstone.chaos.history.Seen;
import io.skipstone.chaos.history.Step;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Histories whose answers name revisions, held against what the store says. */
class ReplayTest {
    private final Story story = new Story();

    @Nested
    class FindsNothingWrongWith {
        @Test
        void writesAndReadsInTheirPlaces() {
            story.at(1, 1, 2, put("r/a", "1"), wrote(1))
                    .at(2, 3, 4, put("r/a", "2"), wrote(2))
                    .at(2, 5, 6, get("r/a"), found("2", 2, 2))
                    .at(new Freshness.AtRevision(1), 2, 7, 8, get("r/a"), found("1", 1, 1))
                    .at(new Freshness.Local(), 1, 7, 8, get("r/a"), found("1", 1, 1))
                    .at(3, 7, 8, delete("r/a"), deleted(1))
                    .at(3, 9, 10, delete("r/a"), deleted(0))
                    .committed("r/a", new Seen("1", 1, 1))
                    .committed("r/a", new Seen("2", 2, 2))
                    .committed("r/a");

            assertThat(story.broken()).isEmpty();
        }

        @Test
        void unknownWritesThatTookEffectOnceOrNever() {
            story.unknown(1, put("r/a", "1"))
                    .unknown(1, put("r/a", "never"))
                    .at(2, 3, 4, put("r/b", "2"), wrote(1))
                    .unknown(5, delete("r/a"))
                    .unknown(5, delete("r/a"))
                    .committed("r/a", new Seen("1", 1, 1))
                    .committed("r/b", new Seen("2", 1, 2))
                    .committed("r/a");

            assertThat(story.broken()).isEmpty();
        }
    }

    @Nested
    class Finds {
        @Test
        void anAcknowledgedWriteThatIsLost() {
            story.at(1, 1, 2, put("r/a", "1"), wrote(1));

            assertThat(story.broken()).containsExactly(Rule.ACKNOWLEDGED_WRITES_ARE_KEPT);
        }

        @Test
        void anAcknowledgedWriteInWhosePlaceIsAnother() {
            story.at(1, 1, 2, put("r/a", "1"), wrote(1)).committed("r/a", new Seen("2", 1, 1));

            assertThat(story.broken()).contains(Rule.ACKNOWLEDGED_WRITES_ARE_KEPT);
        }

        @Test
        void aTransactionOfWhichHalfIsThere() {
            story.at(1, 1, 2, Action.of("g", new Step.Put("g/a", "1"), new Step.Put("g/b", "1")), wrote(1), wrote(1))
                    .committed("g/a", new Seen("1", 1, 1));

            assertThat(story.broken()).containsExactly(Rule.ACKNOWLEDGED_WRITES_ARE_KEPT);
        }

        @Test
        void oneRevisionGivenToTwoWrites() {
            story.at(1, 1, 2, put("r/a", "1"), wrote(1))
                    .at(1, 1, 2, put("r/b", "2"), wrote(1))
                    .committed("r/a", new Seen("1", 1, 1));

            assertThat(story.broken()).containsExactly(Rule.A_REVISION_IS_ONE_WRITE);
        }

        @Test
        void aWriteThatTookEffectTwice() {
            story.unknown(1, put("r/a", "1"))
                    .committed("r/a", new Seen("1", 1, 1))
                    .committed("r/a", new Seen("1", 2, 2));

            assertThat(story.broken()).containsExactly(Rule.EVERY_REVISION_WAS_ASKED_FOR_ONCE);
        }

        @Test
        void aRefusedWriteThatTookEffect() {
            story.refused(1, put("r/a", "1")).committed("r/a", new Seen("1", 1, 1));

            assertThat(story.broken()).containsExactly(Rule.EVERY_REVISION_WAS_ASKED_FOR_ONCE);
        }

        @Test
        void aReadThatShowsAnotherState() {
            story.at(1, 1, 2, put("r/a", "1"), wrote(1))
                    .at(1, 3, 4, get("r/a"), nothing())
                    .committed("r/a", new Seen("1", 1, 1));

            assertThat(story.broken()).containsExactly(Rule.READS_SHOW_THE_STATE_AT_THEIR_REVISION);
        }

        @Test
        void aLocalReadThatShowsAStateThatNeverWas() {
            story.at(1, 1, 2, put("r/a", "1"), wrote(1))
                    .at(new Freshness.Local(), 0, 3, 4, get("r/a"), found("1", 1, 1))
                    .committed("r/a", new Seen("1", 1, 1));

            assertThat(story.broken()).containsExactly(Rule.READS_SHOW_THE_STATE_AT_THEIR_REVISION);
        }

        @Test
        void anAnswerThatDoesNotFollow() {
            story.at(1, 1, 2, put("r/a", "1"), wrote(2)).committed("r/a", new Seen("1", 1, 1));

            assertThat(story.broken()).containsExactly(Rule.ANSWERS_FOLLOW_FROM_THE_REVISIONS_BEFORE);
        }

        @Test
        void aReadFromTheFuture() {
            story.at(1, 1, 2, get("r/a"), nothing());

            assertThat(story.broken()).containsExactly(Rule.NOTHING_IS_READ_FROM_THE_FUTURE);
        }

        @Test
        void aStaleRead() {
            story.at(1, 1, 2, put("r/a", "1"), wrote(1))
                    .at(0, 3, 4, get("r/a"), nothing())
                    .committed("r/a", new Seen("1", 1, 1));

            assertThat(story.broken()).containsExactly(Rule.REVISIONS_FOLLOW_REAL_TIME);
        }

        @Test
        void anUnknownWriteThatTookEffectBeforeItBegan() {
            story.at(2, 1, 2, put("r/b", "2"), wrote(1))
                    .unknown(3, put("r/a", "1"))
                    .committed("r/a", new Seen("1", 1, 1))
                    .committed("r/b", new Seen("2", 1, 2));

            assertThat(story.broken()).containsExactly(Rule.REVISIONS_FOLLOW_REAL_TIME);
        }

        @Test
        void revisionsAndTimestampsThatDoNotAscend() {
            story.unknown(1, put("r/a", "1"))
                    .unknown(1, put("r/a", "2"))
                    .committed(new Commit(1, 10, Map.of("r/a", List.of(new Seen("1", 1, 1)))))
                    .committed(new Commit(3, 10, Map.of("r/a", List.of(new Seen("2", 2, 3)))));

            assertThat(story.broken())
                    .containsExactlyInAnyOrder(Rule.REVISIONS_ARE_DENSE, Rule.COMMIT_TIMESTAMPS_ASCEND);
        }

        @Test
        void aVersionThatSkips() {
            story.unknown(1, put("r/a", "1")).committed("r/a", new Seen("1", 2, 1));

            assertThat(story.broken()).contains(Rule.VERSIONS_COUNT_WRITES);
        }
    }
}
