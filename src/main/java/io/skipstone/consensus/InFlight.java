package io.skipstone.consensus;

import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.Overloaded;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The proposals that have no outcome yet, or whose entry Ratis holds, bounded in number and bytes. Any thread.
 *
 * <p>An applied entry finds its proposals here by call id. Ratis' own list of pending requests is filled only after the entry has been
 * appended, so an entry that is committed and applied in that moment would find nobody.
 */
final class InFlight {
    private final int maxCount;
    private final long maxBytes;
    private final ConcurrentMap<Long, Bundle> sent = new ConcurrentHashMap<>();
    private final Set<Proposal> awaited = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    InFlight(int maxCount, long maxBytes) {
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
    }

    /**
     * A proposal on top of the limits always has room: of these there is one at a time.
     *
     * @throws Overloaded there are too many; nothing waits
     */
    void enter(Proposal proposal) {
        if (!proposal.isOnTop()) {
            take(proposal);
            proposal.count(true);
        }
        awaited.add(proposal);
    }

    private void take(Proposal proposal) {
        int newCount = count.incrementAndGet();
        long newBytes = bytes.addAndGet(proposal.entry().length);
        if (newCount > maxCount || newBytes > maxBytes) {
            release(proposal);
            throw new Overloaded("too many writes are in flight on this node (" + maxCount + " writes or " + maxBytes
                    + " bytes); wait and repeat");
        }
    }

    /** It is about to be proposed. */
    void send(Bundle bundle) {
        sent.put(bundle.callId(), bundle);
    }

    /** What was sent with this call id, and has no answer of Ratis yet. */
    Optional<Bundle> find(long callId) {
        return Optional.ofNullable(sent.get(callId));
    }

    /** Ratis has answered. */
    void answered(Bundle bundle) {
        sent.remove(bundle.callId());
    }

    /** It has its outcome. */
    void leave(Proposal proposal) {
        awaited.remove(proposal);
        if (proposal.count(false)) {
            release(proposal);
        }
    }

    /**
     * Nobody waits for it any more, but Ratis may still hold its entry. It counts until Ratis has answered and it {@link #leave
     * leaves}: otherwise a log that stands still would gather entries without end.
     */
    void expire(Proposal proposal) {
        awaited.remove(proposal);
    }

    /** Ends the wait of those who have waited for this long, with a {@link TimeoutException}. */
    void endWaitsOf(long nanos) {
        long now = System.nanoTime();
        for (Proposal proposal : awaited) {
            if (now - proposal.startNanos() >= nanos) {
                proposal.outcome().completeExceptionally(new TimeoutException());
            }
        }
    }

    /** Ends the wait of everyone who is left. */
    void abandon(SkipstoneException reason) {
        awaited.forEach(proposal -> proposal.outcome().completeExceptionally(reason));
    }

    int count() {
        return count.get();
    }

    long bytes() {
        return bytes.get();
    }

    private void release(Proposal proposal) {
        count.decrementAndGet();
        bytes.addAndGet(-proposal.entry().length);
    }
}
