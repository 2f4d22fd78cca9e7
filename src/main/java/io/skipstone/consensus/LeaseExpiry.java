package io.skipstone.consensus;

import io.skipstone.apply.Queries;
import io.skipstone.command.Command;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Outcome;
import io.skipstone.consensus.LeaseKeeper.Over;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Timestamp;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * While this node leads, proposes the end of each lease whose time is over. Whether it ends is decided where the entry is applied: the same
 * leader must still have led.
 */
final class LeaseExpiry implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LeaseExpiry.class.getName());

    /** Leases read from the store at a time. */
    private static final int PAGE = 1_000;

    private final LeaseKeeper keeper;
    private final Leadership leadership;
    private final Queries queries;
    private final Proposer own;
    private final LeaseEnds ends;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("lease-expiry").daemon().unstarted(task));

    /**
     * @param own proposes to the log of this process
     */
    LeaseExpiry(LeaseKeeper keeper, Leadership leadership, Queries queries, Proposer own) {
        this.keeper = keeper;
        this.leadership = leadership;
        this.queries = queries;
        this.own = own;
        this.ends = new LeaseEnds(keeper, this::keysOf, this::propose);
    }

    void start() {
        var _ = timer.scheduleWithFixedDelay(
                this::look, LeaseKeeper.LOOK_EVERY_MILLIS, LeaseKeeper.LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            long epoch = leadership.epoch();
            if (!keeper.isOf(epoch)) {
                takeOver(epoch);
            } else if (leadership.isServing()) {
                ends.end(keeper.look());
            } else {
                keeper.interrupt();
            }
        } catch (RuntimeException failure) {
            // A periodic task that throws is never run again.
            keeper.end();
            LOG.log(System.Logger.Level.WARNING, "leases not looked at; their times begin anew in a moment", failure);
        }
    }

    /** The first look in a leadership, or after one. */
    private void takeOver(long epoch) {
        keeper.end();
        long term = leadership.term();
        // The term belongs to the epoch if that has not passed since.
        if (leadership.isServing() && leadership.epoch() == epoch) {
            keeper.begin(epoch, term);
            addAll();
        }
    }

    /** What is granted from now on is told by whoever applies it; what is in the store already is read there. */
    private void addAll() {
        long after = 0;
        List<GrantedLease> page;
        do {
            page = queries.leases(after, PAGE, Timestamp.MAX).value();
            page.forEach(keeper::add);
            after = page.isEmpty() ? after : page.getLast().id();
        } while (page.size() == PAGE);
    }

    private long keysOf(Over over) {
        return queries.lease(over.id(), Timestamp.MAX)
                .value()
                .map(GrantedLease::keys)
                .orElse(0);
    }

    private CompletionStage<Outcome> propose(Over over) {
        return own.propose(new Command.ExpireLease(over.id(), over.granted(), over.term()), Once.EACH_TIME);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
