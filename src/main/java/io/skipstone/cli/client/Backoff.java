package io.skipstone.cli.client;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: doubling, with chance in it so that clients do not come back all at once, and never beyond
 * the patience given.
 *
 * @param first before the second attempt
 * @param longest no pause is longer
 * @param patience all pauses together are at most this
 */
public record Backoff(Duration first, Duration longest, Duration patience) {
    private static final int MAX_DOUBLINGS = 30;

    /** Starts anew for one request. */
    public Pauses pauses(RandomGenerator random) {
        return new Pauses(this, random);
    }

    /** The pauses of one request; one thread. */
    public static final class Pauses {
        private final Backoff backoff;
        private final RandomGenerator random;
        private Duration spent = Duration.ZERO;
        private int count;

        private Pauses(Backoff backoff, RandomGenerator random) {
            this.backoff = backoff;
            this.random = random;
        }

        /**
         * The next pause; empty when patience is at its end.
         *
         * @param asked what the node asked for, if it did; the pause is at least that
         */
        public Optional<Duration> next(Optional<Duration> asked) {
            Duration left = backoff.patience.minus(spent);
            if (left.isNegative() || left.isZero()) {
                return Optional.empty();
            }
            Duration pause = min(max(doubled(), asked.orElse(Duration.ZERO)), left);
            spent = spent.plus(pause);
            count++;
            return Optional.of(pause);
        }

        private Duration doubled() {
            Duration whole = min(backoff.first.multipliedBy(1L << Math.min(count, MAX_DOUBLINGS)), backoff.longest);
            long nanos = whole.toNanos();
            return Duration.ofNanos(nanos / 2 + random.nextLong(nanos / 2 + 1));
        }

        private static Duration min(Duration a, Duration b) {
            return a.compareTo(b) <= 0 ? a : b;
        }

        private static Duration max(Duration a, Duration b) {
            return a.compareTo(b) >= 0 ? a : b;
        }
    }
}
