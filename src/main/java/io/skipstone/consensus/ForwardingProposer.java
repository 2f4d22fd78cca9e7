package io.skipstone.consensus;

import io.skipstone.command.Command;
import io.skipstone.command.CommandCodec;
import io.skipstone.command.CommandRules;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Outcome;
import io.skipstone.consensus.Observer.ProposalResult;
import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import io.skipstone.model.SkipstoneException.Overloaded;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/**
 * Proposes where the leader is: in the log of this process, or at another member. Waits for the end of an election, and repeats what was
 * certainly not proposed, until the time for a proposal is over. What may have been proposed is repeated only with an idempotency key.
 */
final class ForwardingProposer implements Proposer {
    private final Limits limits;
    private final Proposer own;
    private final LeaderCalls leader;
    private final Observer observer;
    private final Semaphore permits;

    /**
     * @param own for as long as this node leads; reports to the observer itself
     * @param observer of what comes no further than here
     */
    ForwardingProposer(Limits limits, Proposer own, LeaderCalls leader, Observer observer) {
        this.limits = limits;
        this.own = own;
        this.leader = leader;
        this.observer = observer;
        this.permits = new Semaphore(limits.proposals());
    }

    @Override
    public CompletionStage<Outcome> propose(Command command, Once once) {
        long startNanos = System.nanoTime();
        try {
            CommandRules.check(command, once, limits);
        } catch (SkipstoneException refused) {
            observer.proposalFinished(ProposalResult.REFUSED, System.nanoTime() - startNanos);
            return CompletableFuture.failedFuture(refused);
        }
        if (!permits.tryAcquire()) {
            observer.proposalFinished(ProposalResult.OVERLOADED, System.nanoTime() - startNanos);
            return CompletableFuture.failedFuture(new Overloaded(
                    "too many writes are in flight on this node (" + limits.proposals() + "); wait and repeat"));
        }
        byte[] entry = CommandCodec.encode(once, command);
        return leader.call(
                        limits.proposalTimeoutMillis(),
                        () -> own.propose(command, once),
                        (peers, to, millisLeft) -> peers.propose(to, entry, millisLeft),
                        failure -> mayRepeat(failure, once))
                .whenComplete((_, _) -> permits.release());
    }

    private static boolean mayRepeat(SkipstoneException failure, Once once) {
        return switch (failure) {
            case NotReady _ -> true;
            // The store remembers under the key whether it took effect.
            case OutcomeUnknown _ -> once instanceof Once.ByKey;
            default -> false;
        };
    }
}
