package io.skipstone.consensus;

import io.skipstone.model.Member;
import io.skipstone.model.MemberId;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.protocol.exceptions.SetConfigurationException;
import org.apache.ratis.protocol.exceptions.TransferLeadershipException;
import org.jspecify.annotations.Nullable;

/**
 * Asks Ratis, on the leader, for another configuration or another leader, and says its refusals in our words. Any thread; answers come on
 * Ratis' threads.
 */
final class RatisChanges {
    private final RatisGateway gateway;

    /** Whom Ratis brings up to date before it logs the change that adds it. */
    private final AtomicReference<@Nullable PeerAddress> joining = new AtomicReference<>();

    RatisChanges(RatisGateway gateway) {
        this.gateway = gateway;
    }

    /**
     * Replaces the members, all at once, if they are still those that the change was decided on. Done when the group has agreed on it.
     *
     * @param from the members that the change was decided on
     */
    CompletionStage<RaftClientReply> setMembers(List<Member> from, List<Member> to) {
        return asked(answer -> gateway.setMembers(from, to, answer), this::translateOfChange);
    }

    /** The same with one more member, whom Ratis first brings up to date: for as long as it answers. */
    CompletionStage<RaftClientReply> add(List<Member> from, Member joiner) {
        PeerAddress address = joiner.address();
        joining.compareAndSet(null, address);
        return asked(
                answer -> gateway.setMembers(
                        from, Stream.concat(from.stream(), Stream.of(joiner)).toList(), (reply, failure) -> {
                            joining.compareAndSet(address, null);
                            answer.accept(reply, failure);
                        }),
                this::translateOfChange);
    }

    CompletionStage<RaftClientReply> transferLeadership(MemberId to) {
        return asked(answer -> gateway.transferLeadership(to, answer), RatisChanges::translate);
    }

    CompletionStage<RaftClientReply> stepDown() {
        return asked(gateway::stepDown, RatisChanges::translate);
    }

    private interface Asking {
        void ask(BiConsumer<@Nullable RaftClientReply, @Nullable Throwable> answer);
    }

    private static CompletionStage<RaftClientReply> asked(
            Asking asking, Function<@Nullable Throwable, SkipstoneException> translation) {
        var answer = new CompletableFuture<RaftClientReply>();
        asking.ask((reply, failure) -> {
            Throwable refusal = failure != null ? failure : reply != null ? reply.getException() : null;
            if (refusal == null && reply != null) {
                answer.complete(reply);
            } else {
                answer.completeExceptionally(translation.apply(refusal));
            }
        });
        return answer;
    }

    /** A leader that loses the lead after it has logged a change does not know whether the next one completes it. */
    private SkipstoneException translateOfChange(@Nullable Throwable refusal) {
        return switch (cause(refusal)) {
            case NotLeaderException lost ->
                new OutcomeUnknown("this node lost the lead and the change may or may not take effect ("
                        + lost.getMessage() + "); look at the members, then repeat");
            case ReconfigurationInProgressException _ -> underWay();
            case null, default -> translate(refusal);
        };
    }

    private NotReady underWay() {
        PeerAddress joiner = joining.get();
        return new NotReady(
                "change_under_way",
                "another change of members is under way; wait and repeat"
                        + (joiner == null
                                ? ""
                                : ": node " + joiner + " is brought up to date; stop that node to end it"));
    }

    private static SkipstoneException translate(@Nullable Throwable refusal) {
        Throwable cause = cause(refusal);
        return switch (cause) {
            case NotLeaderException _ ->
                new NotReady("no_leader", "this node does not lead its group any more; repeat");
            case LeaderNotReadyException _ -> new NotReady("no_leader", "the leader has just begun; repeat");
            case LeaderSteppingDownException _ -> new NotReady("no_leader", "the leader hands over; repeat");
            case ReconfigurationTimeoutException _ ->
                new NotReady(
                        JoinerRules.JOINER_SILENT, "the new member did not catch up in time and was not added; repeat");
            case SetConfigurationException _ ->
                new NotReady("change_under_way", "the members changed meanwhile; look at them and repeat");
            case TransferLeadershipException failed ->
                new NotReady("transfer_failed", "the lead was not handed over (" + failed.getMessage() + "); repeat");
            case null, default ->
                new OutcomeUnknown("the change may or may not take effect (" + cause + "); look at the members");
        };
    }

    private static @Nullable Throwable cause(@Nullable Throwable refusal) {
        return refusal instanceof CompletionException && refusal.getCause() != null ? refusal.getCause() : refusal;
    }
}
