package io.skipstone.consensus;

import io.skipstone.command.CommandCodec;
import io.skipstone.model.Timestamp;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Proposals that go into the log together, at one place, in this order. */
final class Bundle {
    private final long callId;
    private final List<Proposal> proposals;
    private final byte[] entry;
    private final Runnable onPassed;
    private final AtomicBoolean passed = new AtomicBoolean();

    /**
     * @param callId unique in the life of this process
     * @param proposals at least one
     * @param onPassed run once, when the log has agreed on it or refused it, or nobody waits for it any more
     */
    Bundle(long callId, List<Proposal> proposals, Runnable onPassed) {
        this.callId = callId;
        this.proposals = List.copyOf(proposals);
        this.entry = CommandCodec.bundle(proposals.stream().map(Proposal::entry).toList());
        this.onPassed = onPassed;
    }

    long callId() {
        return callId;
    }

    List<Proposal> proposals() {
        return proposals;
    }

    /** As it is proposed; its timestamps are stamped in place. */
    byte[] entry() {
        return entry;
    }

    /** Under the log's lock, as it gets its place: from now on it may take effect whatever is heard of it. */
    void stamp(Function<Proposal, Timestamp> commitTs) {
        Iterator<Proposal> next = proposals.iterator();
        CommandCodec.stamp(entry, () -> commitTs.apply(next.next()));
        proposals.forEach(Proposal::markLogged);
    }

    /** The group has agreed on it, and it was handed down; the store may not have it yet. */
    void agreed(long index) {
        pass();
        proposals.forEach(proposal -> proposal.agreed().complete(index));
    }

    /** The log needs nothing more for it. */
    void pass() {
        if (passed.compareAndSet(false, true)) {
            onPassed.run();
        }
    }

    /** Whether somebody waits for an outcome of it. */
    boolean isAwaited() {
        return proposals.stream().anyMatch(proposal -> !proposal.outcome().isDone());
    }
}
