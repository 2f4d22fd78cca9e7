package io.skipstone.consensus;

import io.skipstone.consensus.peer.wire.PeerProto.ChangeRequest;
import io.skipstone.model.Membership;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.NotReady;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Brings changes of the members to the leader. */
final class ClusterDoor implements Cluster {
    /**
     * Codes of refusals that end by themselves within a moment: an election, the handover before the leader is removed, and a new leader
     * that has not heard of its voters yet.
     */
    private static final Set<String> PASSING = Set.of("not_ready", "no_leader", "voter_behind");

    /** A member catches up with what it lacks before it is added; the leader ends the wait first and says for whom it was. */
    private static final long CHANGE_TIMEOUT_MILLIS = 30_000;

    private static final long LOOK_TIMEOUT_MILLIS = 2_000;

    private final LeaderCalls leader;
    private final MembershipChanges changes;
    private final Supplier<Membership> seenFromHere;

    ClusterDoor(LeaderCalls leader, MembershipChanges changes, Supplier<Membership> seenFromHere) {
        this.leader = leader;
        this.changes = changes;
        this.seenFromHere = seenFromHere;
    }

    @Override
    public CompletionStage<Membership> members() {
        return at(LOOK_TIMEOUT_MILLIS, ChangeWire.look(), changes::members)
                .handle((seen, failure) -> failure == null
                        ? CompletableFuture.completedFuture(seen)
                        : failure instanceof NotReady
                                ? CompletableFuture.completedFuture(seenFromHere.get())
                                : CompletableFuture.<Membership>failedFuture(failure))
                .thenCompose(Function.identity());
    }

    @Override
    public CompletionStage<Membership> add(PeerAddress joiner) {
        return at(CHANGE_TIMEOUT_MILLIS, ChangeWire.add(joiner), () -> changes.add(joiner));
    }

    @Override
    public CompletionStage<Membership> promote(String nodeId) {
        return at(CHANGE_TIMEOUT_MILLIS, ChangeWire.promote(nodeId), () -> changes.promote(nodeId));
    }

    @Override
    public CompletionStage<Membership> remove(String nodeId) {
        return at(CHANGE_TIMEOUT_MILLIS, ChangeWire.remove(nodeId), () -> changes.remove(nodeId));
    }

    @Override
    public CompletionStage<Membership> transferLeadership(Optional<String> to) {
        return at(CHANGE_TIMEOUT_MILLIS, ChangeWire.transfer(to), () -> changes.transferLeadership(to));
    }

    private CompletionStage<Membership> at(
            long timeoutMillis, ChangeRequest change, Supplier<CompletionStage<Membership>> here) {
        return leader.call(
                timeoutMillis,
                here,
                (peers, to, millisLeft) -> peers.change(to, change, millisLeft),
                ClusterDoor::passes);
    }

    private static boolean passes(SkipstoneException refusal) {
        return refusal instanceof NotReady && PASSING.contains(refusal.code());
    }
}
