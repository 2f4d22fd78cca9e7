package io.skipstone.consensus;

import io.skipstone.command.CommandCodec;
import io.skipstone.command.Outcome;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.Timestamp;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** One command on its way through the log. */
final class Proposal {
    private final byte[] entry;
    private final int resultWeight;
    private final Timestamp ceiling;
    private final boolean onTop;
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    private final AtomicReference<Way> way = new AtomicReference<>(Way.WAITING);

    private final CompletableFuture<Long> agreed = new CompletableFuture<>();

    /** Whether Ratis has answered, and holds the entry no longer, unless it is in the log. */
    private volatile boolean answered;

    /** Whether it counts against the limits of {@link InFlight}. */
    private final AtomicBoolean counted = new AtomicBoolean();

    private volatile boolean passedTheClock;

    private volatile Optional<Bundle> bundle = Optional.empty();

    /** Set when the entry gets its place in the log; from then on it may take effect whatever is heard of it. */
    private volatile boolean logged;

    /**
     * @param entry not yet stamped
     * @param resultWeight bytes that its outcome may take
     * @param ceiling the clock ceiling that the command raises; {@link Timestamp#NONE} for other commands
     * @param onTop whether it comes on top of the limits of {@link InFlight}
     */
    Proposal(byte[] entry, int resultWeight, Timestamp ceiling, boolean onTop) {
        this.entry = entry;
        this.resultWeight = resultWeight;
        this.ceiling = ceiling;
        this.onTop = onTop;
    }

    /** Where a proposal is before Ratis has it. */
    private enum Way {
        WAITING,
        QUEUED,
        HANDED_OVER,
        GIVEN_UP
    }

    byte[] entry() {
        return entry;
    }

    Timestamp ceiling() {
        return ceiling;
    }

    boolean isOnTop() {
        return onTop;
    }

    /** Whether nothing else may share its place in the log: what is behind it may be stamped only when the group has agreed on it. */
    boolean goesAlone() {
        return !ceiling.isNone();
    }

    /** What it takes in a bundle. */
    int bundledBytes() {
        return CommandCodec.BUNDLED_BYTES + entry.length;
    }

    /** Bytes that its outcome may take, in memory until those of its whole bundle are in the store. */
    int resultWeight() {
        return resultWeight;
    }

    /** It waits for the log from now on; not, if it was given up while it waited for the clock. */
    boolean enqueue() {
        passedTheClock = way.compareAndSet(Way.WAITING, Way.QUEUED);
        return passedTheClock;
    }

    /** Whether it waited for the log, and no longer for the clock. */
    boolean hasPassedTheClock() {
        return passedTheClock;
    }

    /** Asked before it is handed to Ratis; not, if it was given up while it waited. */
    boolean handOver() {
        return way.compareAndSet(Way.QUEUED, Way.HANDED_OVER);
    }

    /** Ends its wait; returns whether it was never handed to Ratis, and now never will be. */
    boolean giveUp() {
        return way.compareAndSet(Way.WAITING, Way.GIVEN_UP)
                || way.compareAndSet(Way.QUEUED, Way.GIVEN_UP)
                || way.get() == Way.GIVEN_UP;
    }

    /** Before it is handed to Ratis. */
    void join(Bundle newBundle) {
        bundle = Optional.of(newBundle);
    }

    /** What it is handed to Ratis with; empty before. */
    Optional<Bundle> bundle() {
        return bundle;
    }

    long startNanos() {
        return startNanos;
    }

    /** Fails with a {@link SkipstoneException} and nothing else. */
    CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    /**
     * Completes with the index of the entry when the group has agreed on it and it was handed down; the store may not have it yet. Never
     * fails.
     */
    CompletableFuture<Long> agreed() {
        return agreed;
    }

    void markAnswered() {
        answered = true;
    }

    boolean isAnswered() {
        return answered;
    }

    /** Sets whether it counts; returns whether that is news. */
    boolean count(boolean counts) {
        return counted.compareAndSet(!counts, counts);
    }

    void markLogged() {
        logged = true;
    }

    boolean isLogged() {
        return logged;
    }
}
