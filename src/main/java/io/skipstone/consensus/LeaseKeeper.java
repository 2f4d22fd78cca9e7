package io.skipstone.consensus;

import io.skipstone.command.Outcome;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When the leases of the group are over, as the leader counts it: in memory, on the monotonic clock, anew in each leadership
 * (docs/decisions/0018-leases.md). Says what is over and changes nothing. Any thread.
 */
final class LeaseKeeper {
    /** How often somebody looks for leases that are over. */
    static final long LOOK_EVERY_MILLIS = 250;

    /** A look that comes later than this shows that the node stood still, and may have missed what clients sent. */
    static final long PAUSE_MILLIS = 1_000;

    /** Most leases that are being ended at once. */
    static final int MOST_ENDING = 128;

    private static final long NOBODY = -1;

    private final LongSupplier nanos;
    private final Map<Long, Held> held = new HashMap<>();

    /** Epoch of the leadership that the times belong to, and its term. */
    private long epoch = NOBODY;

    private long term;
    private long lookedNanos;

    /** Whether this node has refused anything since the last look, although it leads. */
    private boolean interrupted;

    /**
     * @param nanos a clock that nobody sets
     */
    LeaseKeeper(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * A lease whose time is over.
     *
     * @param granted commit timestamp of its grant
     * @param term of the leadership that says so
     */
    record Over(long id, Timestamp granted, long term) {}

    /** How it stands with a lease. */
    private enum State {
        ALIVE,
        /** Decided, and for this leadership for good: an entry that says so may be on its way. */
        OVER,
        /** Decided, and being proposed. */
        ENDING
    }

    /** A lease and its deadline. */
    private static final class Held {
        private final long ttlNanos;
        private final Timestamp granted;
        private long deadlineNanos;
        private State state = State.ALIVE;

        Held(long ttlSeconds, Timestamp granted) {
            this.ttlNanos = TimeUnit.SECONDS.toNanos(ttlSeconds);
            this.granted = granted;
        }

        void renew(long now) {
            deadlineNanos = now + ttlNanos;
        }

        boolean isOver(long now) {
            return now - deadlineNanos >= 0;
        }
    }

    /** Forgets everything: times begin anew in this leadership. Every lease there is has to be {@link #add added} then. */
    synchronized void begin(long newEpoch, long newTerm) {
        held.clear();
        epoch = newEpoch;
        term = newTerm;
        lookedNanos = nanos.getAsLong();
        interrupted = false;
    }

    /** This node does not lead. */
    synchronized void end() {
        held.clear();
        epoch = NOBODY;
    }

    synchronized boolean isOf(long anEpoch) {
        return epoch == anEpoch;
    }

    /** A lease that is in the store: from now on its full time, unless it is known already. */
    synchronized void add(GrantedLease lease) {
        add(lease.id(), lease.ttlSeconds(), lease.granted());
    }

    private void add(long id, long ttlSeconds, Timestamp granted) {
        Held known = held.get(id);
        if (epoch != NOBODY && (known == null || granted.isAfter(known.granted))) {
            var fresh = new Held(ttlSeconds, granted);
            fresh.renew(nanos.getAsLong());
            held.put(id, fresh);
        }
    }

    /** An entry was applied. One that repeats an earlier request tells the outcome of that time: timestamps tell them apart. */
    synchronized void applied(Outcome outcome) {
        if (outcome instanceof Outcome.LeaseGranted granted) {
            add(granted.id(), granted.ttlSeconds(), granted.granted());
        } else if (outcome instanceof Outcome.LeaseRevoked revoked) {
            held.computeIfPresent(revoked.id(), (_, lease) -> revoked.commitTs().isAfter(lease.granted) ? null : lease);
        }
    }

    /**
     * Somebody wants the lease to live on.
     *
     * @throws NotReady it was decided that the lease is over, and the store does not know yet
     */
    synchronized void extend(long anEpoch, long id) {
        Held lease = held.get(id);
        if (epoch == anEpoch && lease != null) {
            renew(lease);
        }
    }

    /**
     * As {@link #extend}, of a lease that is in the store.
     *
     * @return how long it has now
     */
    synchronized long keep(long anEpoch, GrantedLease lease) {
        if (epoch == anEpoch) {
            add(lease);
            renew(lookUp(lease));
        }
        return TimeUnit.SECONDS.toMillis(lease.ttlSeconds());
    }

    private void renew(Held lease) {
        if (lease.state != State.ALIVE) {
            throw new NotReady("lease_ending", "the lease is over and about to end; repeat to see that it has");
        }
        lease.renew(nanos.getAsLong());
    }

    /** How long a lease in the store has left; all of its time in a leadership that has not begun to count. */
    synchronized long remainingMillis(long anEpoch, GrantedLease lease) {
        if (epoch != anEpoch) {
            return TimeUnit.SECONDS.toMillis(lease.ttlSeconds());
        }
        add(lease);
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(lookUp(lease).deadlineNanos - nanos.getAsLong()));
    }

    /** After {@link #add}. */
    private Held lookUp(GrantedLease lease) {
        Held known = held.get(lease.id());
        if (known == null) {
            throw new IllegalStateException("a lease was added and is not there");
        }
        return known;
    }

    /** This node leads and refuses what is asked of it: clients may not have got through. */
    synchronized void interrupt() {
        interrupted = true;
    }

    /**
     * The leases that are over, to be ended by the caller, who {@link #settle settles} each. After a pause every lease that was still alive
     * has its full time anew instead: whoever wanted to keep it alive may have found this node deaf.
     */
    synchronized List<Over> look() {
        long now = nanos.getAsLong();
        boolean stoodStill =
                now - lookedNanos > TimeUnit.MILLISECONDS.toNanos(LOOK_EVERY_MILLIS + PAUSE_MILLIS) || interrupted;
        lookedNanos = now;
        interrupted = false;
        if (stoodStill) {
            held.values().stream().filter(lease -> lease.state == State.ALIVE).forEach(lease -> lease.renew(now));
        }
        return over(now);
    }

    private List<Over> over(long now) {
        long ending = held.values().stream()
                .filter(lease -> lease.state == State.ENDING)
                .count();
        var over = new ArrayList<Over>();
        for (Map.Entry<Long, Held> entry : held.entrySet()) {
            Held lease = entry.getValue();
            if (lease.state == State.ALIVE && lease.isOver(now)) {
                lease.state = State.OVER;
            }
            if (lease.state == State.OVER && ending < MOST_ENDING) {
                lease.state = State.ENDING;
                ending++;
                over.add(new Over(entry.getKey(), lease.granted, term));
            }
        }
        return over;
    }

    /**
     * What became of a lease that was over.
     *
     * @param isDone whether the store has the last word; else nobody knows, and it is named again
     */
    synchronized void settle(Over over, boolean isDone) {
        Held lease = held.get(over.id());
        if (term != over.term() || lease == null || !lease.granted.equals(over.granted())) {
            return;
        }
        if (isDone) {
            held.remove(over.id());
        } else {
            lease.state = State.OVER;
        }
    }

    synchronized int size() {
        return held.size();
    }
}
