package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** When a node that was elected begins. */
class LeadershipTest {
    private final AtomicLong nanos = new AtomicLong();
    private final HoldOff holdOff = new HoldOff(nanos::get);
    private final AtomicInteger begun = new AtomicInteger();
    private final Leadership leadership = new Leadership(holdOff, () -> false, begun::incrementAndGet, () -> {});

    @Nested
    class WhileAnotherLeadersLeaseMayHold {
        @Test
        void itDoesNotBeginAndThenItDoes() {
            leadership.elected(3);

            assertThat(begun).hasValue(0);
            assertThat(leadership.isElected()).isFalse();
            leadership.won(leadership.epoch());
            assertThat(leadership.isServing()).isFalse();

            await().until(() -> begun.get() == 1);
            assertThat(leadership.isElected()).isTrue();
        }
    }

    @Test
    void beginsAtOnceWhenThatIsOver() {
        nanos.addAndGet(1_000_000_000L);

        leadership.elected(3);

        assertThat(begun).hasValue(1);
    }
}
