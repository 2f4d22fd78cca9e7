package io.skipstone.chaos.client;

import io.skipstone.chaos.history.Answer;
import io.skipstone.chaos.history.Facts;
import java.util.List;

/** What came back. */
sealed interface Reply {
    record Answered(Answer answer, Facts facts) implements Reply {}

    /** Nothing was written, for certain. */
    record Refused(String code) implements Reply {}

    /** It may have taken effect, or may do so yet. */
    record Lost(String why) implements Reply {}

    /** A conditional write of one key whose condition did not hold; such an answer names no revision. */
    static Reply guardFailed() {
        return new Answered(new Answer(false, List.of()), new Facts.Untold());
    }
}
