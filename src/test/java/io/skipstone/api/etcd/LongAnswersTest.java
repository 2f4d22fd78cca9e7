package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.model.SkipstoneException.TooLarge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class LongAnswersTest {
    private static final int SHORT = 2 << 20;
    private static final int LONG = 32 << 20;

    private final LongAnswers answers = new LongAnswers();
    private final List<Integer> asked = new ArrayList<>();

    /** Reads that many bytes, at once. */
    private CompletionStage<String> read(int bytes, int maxBytes) {
        asked.add(maxBytes);
        return bytes <= maxBytes
                ? CompletableFuture.completedStage("read")
                : CompletableFuture.failedStage(new CompletionException(new TooLarge("result_too_large", "m")));
    }

    @Test
    void aShortAnswerIsReadOnce() {
        assertThat(answers.within(max -> read(SHORT, max))).isCompletedWithValue("read");
        assertThat(asked).containsExactly(SHORT);
    }

    @Test
    void aLongAnswerIsReadAgainWithMoreRoom() {
        assertThat(answers.within(max -> read(LONG, max))).isCompletedWithValue("read");
        assertThat(asked).containsExactly(SHORT, LONG);
    }

    @Test
    void whatIsLongerStillIsRefused() {
        assertRefused(TooLarge.class, answers.within(max -> read(LONG + 1, max)));
        assertThat(asked).containsExactly(SHORT, LONG);
    }

    @Test
    void anotherRefusalIsNotReadAgain() {
        assertRefused(BadRequest.class, answers.within(max -> {
            asked.add(max);
            return CompletableFuture.failedStage(new BadRequest("revision_in_future", "m"));
        }));
        assertThat(asked).containsExactly(SHORT);
    }

    @Test
    void onlyAFewAreLongAtOnce() {
        List<CompletableFuture<String>> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            var answer = new CompletableFuture<String>();
            running.add(answer);
            var _ = answers.within(max -> max == LONG ? answer : read(LONG, max));
        }

        assertRefused(Overloaded.class, answers.within(max -> read(LONG, max)));
        assertThat(answers.within(max -> read(SHORT, max))).isCompletedWithValue("read");

        running.getFirst().completeExceptionally(new TooLarge("result_too_large", "m"));
        assertThat(answers.within(max -> read(LONG, max))).isCompletedWithValue("read");
        running.forEach(answer -> answer.complete("read"));
    }

    private static void assertRefused(Class<? extends Exception> refusal, CompletionStage<?> answer) {
        assertThat(answer.toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(refusal);
    }
}
