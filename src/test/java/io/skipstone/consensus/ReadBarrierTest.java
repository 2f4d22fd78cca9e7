package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.SkipstoneException.NotReady;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReadBarrierTest {
    private final List<CompletableFuture<Long>> proposed = new ArrayList<>();
    private final ReadBarrier barrier = new ReadBarrier(() -> {
        var index = new CompletableFuture<Long>();
        proposed.add(index);
        return index;
    });

    private void pass(int number) {
        proposed.get(number).complete(number + 100L);
    }

    @Test
    void isProposedForTheFirstReadAtOnce() {
        var read = barrier.pass().toCompletableFuture();

        assertThat(proposed).hasSize(1);
        pass(0);
        assertThat(read).isCompleted();
    }

    @Test
    void takesReadsThatComeWhileOneIsOnItsWayIntoTheNextOne() {
        var first = barrier.pass().toCompletableFuture();
        var second = barrier.pass().toCompletableFuture();
        var third = barrier.pass().toCompletableFuture();

        pass(0);
        assertThat(first).isCompleted();
        assertThat(second).isNotCompleted();
        assertThat(proposed).hasSize(2);

        pass(1);
        assertThat(second).isCompletedWithValue(101L);
        assertThat(third).isCompletedWithValue(101L);
        assertThat(proposed).hasSize(2);
    }

    @Test
    void goesOnAfterOneThatFailed() {
        var failed = barrier.pass().toCompletableFuture();
        var next = barrier.pass().toCompletableFuture();

        proposed.get(0).completeExceptionally(new NotReady("no leader"));
        pass(1);

        assertThat(failed).isCompletedExceptionally();
        assertThat(next).isCompleted();
    }
}
