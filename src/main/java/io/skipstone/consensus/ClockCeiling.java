package io.skipstone.consensus;

import io.skipstone.clock.HybridClock;
import io.skipstone.command.Outcome;
import io.skipstone.model.SkipstoneException.NotReady;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the ceiling of the group's clock above this node's clock while it leads (docs/decisions/0010-clock-ceiling.md).
 *
 * <p>A node that begins to lead raises the ceiling before it serves. From then on the ceiling is renewed each second in which
 * somebody needed a timestamp. An idle node writes nothing: the first to come after a while waits for one round of the log.
 */
final class ClockCeiling implements AutoCloseable {
    /** How often the ceiling is renewed while timestamps are needed; well below {@link HybridClock#WINDOW_MILLIS}. */
    static final long RENEW_EVERY_MILLIS = 1_000;

    private static final System.Logger LOG = System.getLogger(ClockCeiling.class.getName());

    private final HybridClock clock;
    private final Leadership leadership;
    private final Supplier<Asked> propose;
    private final WallClockWatch watch;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("clock-ceiling").daemon().unstarted(task));

    /** Whether somebody needed a timestamp since the last look. */
    private volatile boolean used;

    /** One ceiling at a time in each leadership. Guarded by this. */
    private @Nullable Renewal onItsWay;

    /** Whether the last renewal failed: each failure after the first is expected. */
    private volatile boolean failing;

    /**
     * A ceiling on its way.
     *
     * @param agreed completes when the group has agreed on it and the clock knows it; never fails
     * @param applied completes when it is in the store, and everything agreed on before too
     */
    record Asked(CompletionStage<?> agreed, CompletionStage<Outcome> applied) {}

    /** A ceiling that was asked for in one leadership of this node. */
    private record Renewal(long leadership, CompletableFuture<Boolean> done) {}

    /**
     * @param propose asks the group for {@link HybridClock#nextCeiling}, without waiting for a ceiling itself
     */
    ClockCeiling(HybridClock clock, Leadership leadership, Supplier<Asked> propose) {
        this.clock = clock;
        this.leadership = leadership;
        this.propose = propose;
        this.watch = new WallClockWatch(clock, System::nanoTime);
    }

    /** Looks at the wall clock, once now and then regularly, and keeps the ceiling up from now on. */
    void start() {
        watch.look();
        var _ = timer.scheduleWithFixedDelay(this::look, RENEW_EVERY_MILLIS, RENEW_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** This node begins to lead: whatever others may have issued lies below what it issues. Returns at once. */
    void begin() {
        clock.passCeiling();
        synchronized (this) {
            // What was asked for while this node did not lead yet went nowhere.
            onItsWay = null;
        }
        var _ = renew();
    }

    /** Whether the caller may have a timestamp now; else it waits for {@link #renew}. */
    boolean covers() {
        if (!used) {
            used = true;
        }
        return clock.isCovered();
    }

    /**
     * Completes when the group has agreed on a higher ceiling; fails with {@link NotReady} and nothing else. Joins a renewal of the same
     * leadership that is on its way: however long it took, there is room below its ceiling. One of an earlier leadership may never be
     * agreed on, and says nothing of this one. Does not wait for the apply thread, which may be at something long.
     */
    CompletionStage<Boolean> renew() {
        long epoch = leadership.epoch();
        CompletableFuture<Boolean> mine;
        synchronized (this) {
            if (onItsWay != null && onItsWay.leadership == Leadership.leadershipOf(epoch)) {
                return onItsWay.done;
            }
            mine = new CompletableFuture<>();
            onItsWay = new Renewal(Leadership.leadershipOf(epoch), mine);
        }
        try {
            Asked asked = propose.get();
            var _ = asked.agreed().thenRun(() -> succeed(mine));
            var _ = asked.applied().whenComplete((_, failure) -> {
                if (failure == null) {
                    leadership.won(epoch);
                    succeed(mine);
                } else {
                    fail(mine, failure);
                }
            });
        } catch (RuntimeException refused) {
            fail(mine, refused);
        }
        return mine;
    }

    private void succeed(CompletableFuture<Boolean> renewal) {
        forget(renewal);
        failing = false;
        renewal.complete(true);
    }

    private void fail(CompletableFuture<Boolean> renewal, Throwable failure) {
        forget(renewal);
        if (!renewal.isDone() && !failing) {
            failing = true;
            LOG.log(
                    System.Logger.Level.INFO,
                    "clock ceiling not renewed, tried again reason=\"" + failure.getMessage() + "\"");
        }
        renewal.completeExceptionally(new NotReady(
                "clock_not_ready",
                "the group did not agree on a higher ceiling for the clock (" + failure.getMessage()
                        + "); wait and repeat"));
    }

    private synchronized void forget(CompletableFuture<Boolean> renewal) {
        if (onItsWay != null && onItsWay.done == renewal) {
            onItsWay = null;
        }
    }

    /** What happens each second. */
    void look() {
        try {
            watch.look();
            boolean wasUsed = used;
            used = false;
            if (leadership.isElected() || (wasUsed && leadership.isServing())) {
                var _ = renew();
            }
        } catch (RuntimeException failure) {
            // A periodic task that throws is never run again.
            LOG.log(System.Logger.Level.WARNING, "clock ceiling not renewed, tried again in a second", failure);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
