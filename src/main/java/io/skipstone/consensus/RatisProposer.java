package io.skipstone.consensus;

import io.skipstone.clock.HybridClock;
import io.skipstone.command.Command;
import io.skipstone.command.CommandCodec;
import io.skipstone.command.CommandRules;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome;
import io.skipstone.command.Step;
import io.skipstone.consensus.Observer.ProposalResult;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutOfSpace;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.model.Timestamp;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Proposes to the log of this process, without a network hop.
 *
 * <p>A caller's thread checks and encodes; one thread of its own hands over to Ratis.
 */
final class RatisProposer implements Proposer, AutoCloseable {
    /** A deadline is noticed later than it is by this part of the whole time at most. */
    private static final int LOOKS_PER_TIMEOUT = 50;

    private final Limits limits;
    private final Leadership leadership;
    private final IntPredicate admit;
    private final HybridClock clock;
    private final InFlight inFlight;
    private final Observer observer;
    private final ClockCeiling ceiling;
    private final Bundler bundler;

    /** Looks for deadlines: one look at all proposals now and then costs less than a timer for each. */
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("proposal-deadlines").daemon().unstarted(task));

    RatisProposer(
            Limits limits,
            Leadership leadership,
            IntPredicate admit,
            HybridClock clock,
            InFlight inFlight,
            RatisGateway gateway,
            Observer observer) {
        this.limits = limits;
        this.leadership = leadership;
        this.admit = admit;
        this.clock = clock;
        this.inFlight = inFlight;
        this.observer = observer;
        this.bundler = new Bundler(new Log(gateway), inFlight, limits.entryBytes());
        this.ceiling = new ClockCeiling(clock, leadership, this::proposeCeiling);
    }

    /** Before it nothing is proposed. */
    void start() {
        long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(limits.proposalTimeoutMillis());
        long everyNanos = Math.max(1, timeoutNanos / LOOKS_PER_TIMEOUT);
        var _ = timer.scheduleWithFixedDelay(
                () -> inFlight.endWaitsOf(timeoutNanos), everyNanos, everyNanos, TimeUnit.NANOSECONDS);
        ceiling.start();
    }

    /** No deadline is noticed any more: whoever still waits is {@link InFlight#abandon abandoned} later. */
    @Override
    public void close() {
        ceiling.close();
        timer.shutdownNow();
    }

    /** Without it nothing is proposed; whoever else needs timestamps asks it too. */
    ClockCeiling ceiling() {
        return ceiling;
    }

    @Override
    public CompletionStage<Outcome> propose(Command command, Once once) {
        long startNanos = System.nanoTime();
        try {
            leadership.requireServing();
            check(command, once);
            byte[] entry = CommandCodec.encode(once, command);
            CommandRules.checkEncoded(entry.length, limits);
            if (grows(command, once) && !admit.test(entry.length)) {
                throw new OutOfSpace(
                        "the disk of this node is almost full; delete or compact data, or add disk, then repeat the write");
            }
            return propose(new Proposal(entry, Work.Entry.resultWeight(command), ceilingIn(command), false));
        } catch (SkipstoneException refused) {
            observer.proposalFinished(resultOf(refused), System.nanoTime() - startNanos);
            return CompletableFuture.failedFuture(refused);
        }
    }

    /**
     * Proposes a barrier. Completes with its index when the group has agreed on it, without waiting for the store; fails as {@link
     * #propose(Command, Once)} does.
     *
     * @param leaseMillis what it says of a lease
     */
    CompletionStage<Long> barrier(long leaseMillis) {
        try {
            leadership.requireServing();
            var command = new Command.Barrier(leaseMillis);
            var proposal = new Proposal(CommandCodec.encode(Once.EACH_TIME, command), 0, Timestamp.NONE, false);
            var answer = proposal.agreed().copy();
            var _ = propose(proposal).whenComplete((_, failure) -> {
                if (failure != null) {
                    answer.completeExceptionally(failure);
                }
            });
            return answer;
        } catch (SkipstoneException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /** For the clock itself, which may have nothing to issue and nobody to serve yet. */
    private ClockCeiling.Asked proposeCeiling() {
        var command = new Command.RaiseClockCeiling(clock.nextCeiling());
        var proposal = new Proposal(CommandCodec.encode(Once.EACH_TIME, command), 0, command.ceiling(), true);
        var applied = enter(proposal);
        submit(proposal);
        return new ClockCeiling.Asked(proposal.agreed(), applied);
    }

    private CompletionStage<Outcome> propose(Proposal proposal) {
        var answer = enter(proposal);
        if (ceiling.covers()) {
            submit(proposal);
        } else {
            ceiling.renew().whenComplete((_, failure) -> afterRenewal(proposal, failure));
        }
        return answer;
    }

    private void afterRenewal(Proposal proposal, @Nullable Throwable failure) {
        if (failure == null) {
            submit(proposal);
        } else if (proposal.giveUp()) {
            proposal.outcome().completeExceptionally(failure);
        }
    }

    private CompletionStage<Outcome> enter(Proposal proposal) {
        inFlight.enter(proposal);
        var answer = new CompletableFuture<Outcome>();
        var _ = proposal.outcome().whenComplete((outcome, failure) -> finish(proposal, outcome, failure, answer));
        return answer;
    }

    private void submit(Proposal proposal) {
        try {
            Failpoint.WRITE_ADMITTED.hit();
            bundler.submit(proposal);
        } catch (RejectedExecutionException stopped) {
            proposal.outcome()
                    .completeExceptionally(new NotReady("this node is shutting down; repeat after its restart"));
        }
    }

    private void check(Command command, Once once) {
        CommandRules.check(command, once, limits);
        CommandRules.checkReadTimestamp(command, clock.newest());
        if (command instanceof Command.RaiseGcFloor(var floor) && floor.isAfter(clock.guess())) {
            throw new BadRequest(
                    "gc_floor_in_future", "a GC floor of " + floor + " lies in the future and would refuse every read");
        }
        if (ceilingIn(command).isAfter(clock.nextCeiling())) {
            throw new BadRequest(
                    "clock_ceiling_too_high",
                    "a clock ceiling of " + ceilingIn(command) + " would let timestamps run ahead of the time");
        }
    }

    private static Timestamp ceilingIn(Command command) {
        return command instanceof Command.RaiseClockCeiling(var ceiling) ? ceiling : Timestamp.NONE;
    }

    /**
     * Deletes and the garbage collection stay possible on a full disk: they are the way out. What a get returns takes room if its
     * outcome is remembered.
     */
    private static boolean grows(Command command, Once once) {
        return switch (command) {
            case Command.GrantLease _ -> true;
            case Command.Txn txn ->
                Stream.concat(txn.then().stream(), txn.otherwise().stream()).anyMatch(operation -> switch (operation) {
                    case Operation.Put _ -> true;
                    case Operation.Get _ -> once instanceof Once.ByKey;
                    case Operation.Delete _, Operation.DeletePrefix _ -> false;
                });
            case Command.NestedTxn txn -> grows(txn, once);
            case Command.RaiseGcFloor _,
                    Command.Barrier _,
                    Command.RaiseClockCeiling _,
                    Command.RevokeLease _,
                    Command.ExpireLease _ -> false;
        };
    }

    private static boolean grows(Command.NestedTxn txn, Once once) {
        return Stream.concat(txn.then().stream(), txn.otherwise().stream()).anyMatch(step -> switch (step) {
            case Step.Put _ -> true;
            case Step.Read _ -> once instanceof Once.ByKey;
            case Step.Delete delete -> delete.previous() && once instanceof Once.ByKey;
            case Step.Nested(var inner) -> grows(inner, once);
        });
    }

    /** Ratis, as those who wait for it see it. */
    private final class Log implements Bundler.Log {
        private final RatisGateway gateway;

        Log(RatisGateway gateway) {
            this.gateway = gateway;
        }

        @Override
        public void call(Runnable send) {
            gateway.call(send);
        }

        @Override
        public void propose(Bundle bundle) {
            gateway.propose(bundle.callId(), bundle.entry(), (reply, failure) -> onReply(bundle, reply, failure));
        }
    }

    private void onReply(Bundle bundle, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
        inFlight.answered(bundle);
        bundle.proposals().forEach(proposal -> onReply(proposal, reply, failure));
        bundle.pass();
    }

    /** Ratis' answer matters only when it is a refusal, or late: an outcome comes from the apply thread. */
    private void onReply(Proposal proposal, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
        proposal.markAnswered();
        Throwable refusal = failure != null ? failure : reply != null ? reply.getException() : null;
        if (refusal != null) {
            proposal.outcome().completeExceptionally(translate(proposal, refusal));
        }
        if (proposal.outcome().isDone()) {
            inFlight.leave(proposal);
        }
    }

    private void endWait(Proposal proposal, @Nullable Throwable failure) {
        if (failure instanceof TimeoutException && !proposal.giveUp()) {
            inFlight.expire(proposal);
            // A log that stands still must not keep those from it that come when it goes on.
            proposal.bundle().filter(bundle -> !bundle.isAwaited()).ifPresent(Bundle::pass);
            if (!proposal.isAnswered()) {
                return;
            }
        }
        inFlight.leave(proposal);
    }

    private static SkipstoneException translate(Proposal proposal, Throwable refusal) {
        Throwable cause =
                refusal instanceof CompletionException && refusal.getCause() != null ? refusal.getCause() : refusal;
        if (proposal.isLogged()) {
            return new OutcomeUnknown("the write got into the log, but this node lost the lead before it was agreed on;"
                    + " repeat it only with an idempotency key");
        }
        if (cause instanceof ResourceUnavailableException) {
            return new Overloaded("the log takes no more writes for now; wait and repeat");
        }
        if (cause.getCause() instanceof NotReady atTheCeiling) {
            return atTheCeiling;
        }
        return new NotReady("the log refused the write (" + cause.getClass().getSimpleName() + "); wait and repeat");
    }

    private void finish(
            Proposal proposal,
            @Nullable Outcome outcome,
            @Nullable Throwable failure,
            CompletableFuture<Outcome> answer) {
        endWait(proposal, failure);
        long nanos = System.nanoTime() - proposal.startNanos();
        if (outcome != null) {
            report(proposal, ProposalResult.APPLIED, nanos);
            answer.complete(outcome);
        } else {
            SkipstoneException refusal = asRefusal(proposal, failure);
            report(proposal, resultOf(refusal), nanos);
            answer.completeExceptionally(refusal);
        }
    }

    /** What the node proposes for its clock is nobody's request. */
    private void report(Proposal proposal, ProposalResult result, long nanos) {
        if (!proposal.isOnTop()) {
            observer.proposalFinished(result, nanos);
        }
    }

    private SkipstoneException asRefusal(Proposal proposal, @Nullable Throwable failure) {
        if (proposal.giveUp() && !(failure instanceof NotReady)) {
            return proposal.hasPassedTheClock()
                    ? new NotReady(
                            "the log did not come to this write in time, and nothing was written; wait and repeat")
                    : new NotReady(
                            "clock_not_ready",
                            "the group did not agree on a higher ceiling for the clock in time; wait and repeat");
        }
        return switch (failure) {
            case SkipstoneException refusal -> refusal;
            case TimeoutException _ ->
                new OutcomeUnknown("the write was not agreed on within " + limits.proposalTimeoutMillis()
                        + " ms and may still take effect; repeat it only with an idempotency key");
            case null, default -> new OutcomeUnknown("the node stopped while the write was on its way");
        };
    }

    private static ProposalResult resultOf(SkipstoneException refusal) {
        return switch (refusal) {
            case Overloaded _ -> ProposalResult.OVERLOADED;
            case NotReady _ -> ProposalResult.NOT_READY;
            case OutcomeUnknown _ -> ProposalResult.UNKNOWN;
            default -> ProposalResult.REFUSED;
        };
    }
}
