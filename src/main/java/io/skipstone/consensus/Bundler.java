package io.skipstone.consensus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where proposals wait for the log, in the order in which they came. While {@link #ON_THE_WAY} entries are on their way, those who come
 * wait, and go together as the next one (docs/decisions/0023-bundles.md): under load an entry of the log, its sync and its way through
 * Ratis serve many, and a lone write waits for nobody.
 *
 * <p>Bounded by the permits of {@link InFlight}. Any thread; never blocks.
 */
final class Bundler {
    /** Entries that the group has not agreed on yet: while one is on its way, the next need not wait for it. */
    static final int ON_THE_WAY = 2;

    /** Most proposals in one entry. */
    static final int MOST_PROPOSALS = 256;

    /** Most bytes of proposals in one entry, unless it is one alone. */
    static final int MOST_BYTES = 256 << 10;

    private final Log log;
    private final InFlight inFlight;
    private final int mostBytes;
    private final AtomicLong callIds = new AtomicLong();

    /** Guarded by this, as what follows. */
    private final ArrayDeque<Proposal> waiting = new ArrayDeque<>();

    private int onTheWay;
    private boolean isCalled;

    /** Where bundles go. */
    interface Log {
        /**
         * Runs this on the thread that proposes, soon.
         *
         * @throws RejectedExecutionException closed
         */
        void call(Runnable send);

        /** On the thread that proposes. */
        void propose(Bundle bundle);
    }

    /**
     * @param entryBytes what the log takes as one entry
     */
    Bundler(Log log, InFlight inFlight, int entryBytes) {
        this.log = log;
        this.inFlight = inFlight;
        this.mostBytes = Math.min(MOST_BYTES, entryBytes);
    }

    /**
     * Takes the proposal; it goes when the log has room, unless it is given up before.
     *
     * @throws RejectedExecutionException closed
     */
    void submit(Proposal proposal) {
        synchronized (this) {
            if (!proposal.enqueue()) {
                return;
            }
            waiting.add(proposal);
        }
        callIfDue();
    }

    private void callIfDue() {
        synchronized (this) {
            if (isCalled || waiting.isEmpty() || onTheWay >= ON_THE_WAY) {
                return;
            }
            isCalled = true;
        }
        log.call(this::send);
    }

    private void send() {
        synchronized (this) {
            isCalled = false;
        }
        for (Optional<Bundle> next = next(); next.isPresent(); next = next()) {
            inFlight.send(next.get());
            log.propose(next.get());
        }
    }

    private Optional<Bundle> next() {
        List<Proposal> together = take();
        if (together.isEmpty()) {
            return Optional.empty();
        }
        var bundle = new Bundle(callIds.incrementAndGet(), together, this::passed);
        together.forEach(proposal -> proposal.join(bundle));
        return Optional.of(bundle);
    }

    private synchronized List<Proposal> take() {
        if (onTheWay >= ON_THE_WAY) {
            return List.of();
        }
        var together = new ArrayList<Proposal>();
        long bytes = 0;
        long resultWeight = 0;
        for (Proposal next = waiting.peek();
                next != null && (together.isEmpty() || fits(next, together, bytes, resultWeight));
                next = waiting.peek()) {
            waiting.remove();
            if (next.handOver()) {
                together.add(next);
                bytes += next.bundledBytes();
                resultWeight += next.resultWeight();
            }
        }
        if (!together.isEmpty()) {
            onTheWay++;
        }
        return together;
    }

    /** A bundle is applied as one: what its outcomes take is bounded as that of a batch is. */
    private boolean fits(Proposal next, List<Proposal> together, long bytes, long resultWeight) {
        return together.size() < MOST_PROPOSALS
                && bytes + next.bundledBytes() <= mostBytes
                && resultWeight + next.resultWeight() <= ApplyLoop.BATCH_BYTES
                && !next.goesAlone()
                && !together.getLast().goesAlone();
    }

    private void passed() {
        synchronized (this) {
            onTheWay--;
        }
        try {
            callIfDue();
        } catch (RejectedExecutionException closed) {
            // Who waits now is told so when the node has closed.
            return;
        }
    }
}
