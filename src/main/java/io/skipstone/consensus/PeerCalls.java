package io.skipstone.consensus;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.skipstone.command.CommandCodec;
import io.skipstone.command.Outcome;
import io.skipstone.consensus.peer.PeerChannels;
import io.skipstone.consensus.peer.PeerFailure;
import io.skipstone.consensus.peer.PeerMethods;
import io.skipstone.consensus.peer.Refusals;
import io.skipstone.consensus.peer.wire.PeerProto.Applied;
import io.skipstone.consensus.peer.wire.PeerProto.ChangeRequest;
import io.skipstone.consensus.peer.wire.PeerProto.Forwarded;
import io.skipstone.consensus.peer.wire.PeerProto.Introduction;
import io.skipstone.consensus.peer.wire.PeerProto.LeaseRequest;
import io.skipstone.consensus.peer.wire.PeerProto.ReadPointReply;
import io.skipstone.consensus.peer.wire.PeerProto.ReadPointRequest;
import io.skipstone.model.MemberId;
import io.skipstone.model.Membership;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import io.skipstone.model.Timestamp;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;

/** Questions to another member, in our own words. Never blocks. */
final class PeerCalls {
    private final PeerChannels channels;
    private final ByteString group;
    private final MemberId self;

    PeerCalls(PeerChannels channels, UUID groupId, MemberId self) {
        this.channels = channels;
        this.group = Greetings.bytes(groupId);
        this.self = self;
    }

    /** Who is there. Fails with {@link NotReady} when nobody answers. */
    CompletionStage<Introduction> greet(PeerAddress node, long timeoutMillis) {
        return ask(node, PeerMethods.GREET, Greetings.of(self, List.of()), timeoutMillis, false);
    }

    /**
     * As {@link Proposer#propose}, at that member.
     *
     * @param entry not stamped
     */
    CompletionStage<Outcome> propose(PeerAddress leader, byte[] entry, long timeoutMillis) {
        var question = Forwarded.newBuilder()
                .setGroupId(group)
                .setEntry(UnsafeByteOperations.unsafeWrap(entry))
                .setTimeoutMillis(timeoutMillis)
                .build();
        return ask(leader, PeerMethods.PROPOSE, question, timeoutMillis, true)
                .thenApply(answer -> switch (answer.getResultCase()) {
                    case OUTCOME -> outcome(answer);
                    case REFUSED -> throw Refusals.fromWire(answer.getRefused());
                    case RESULT_NOT_SET -> throw nonsense(leader);
                });
    }

    /** As {@link ReadPoints#next}, at that member. */
    CompletionStage<ReadPoint> readPoint(PeerAddress leader, Timestamp pass, long timeoutMillis) {
        var question = ReadPointRequest.newBuilder()
                .setGroupId(group)
                .setPass(pass.bits())
                .setTimeoutMillis(timeoutMillis)
                .build();
        return ask(leader, PeerMethods.READ_POINT, question, timeoutMillis, false)
                .thenApply(answer -> switch (answer.getResultCase()) {
                    case POINT -> readPoint(answer);
                    case REFUSED -> throw Refusals.fromWire(answer.getRefused());
                    case RESULT_NOT_SET -> throw nonsense(leader);
                });
    }

    /**
     * As the methods of {@link Cluster}, at that member.
     *
     * @param change without group and time
     */
    CompletionStage<Membership> change(PeerAddress leader, ChangeRequest change, long timeoutMillis) {
        var question = change.toBuilder()
                .setGroupId(group)
                .setTimeoutMillis(timeoutMillis)
                .build();
        return ask(leader, PeerMethods.CHANGE, question, timeoutMillis, !change.getLook())
                .thenApply(answer -> switch (answer.getResultCase()) {
                    case MEMBERSHIP -> MembershipWire.fromWire(answer.getMembership());
                    case REFUSED -> throw Refusals.fromWire(answer.getRefused());
                    case RESULT_NOT_SET -> throw nonsense(leader);
                });
    }

    /**
     * As the methods of {@link Leases}, at that member.
     *
     * @param keepAlive whether the lease is to live on; else it is only asked about
     */
    CompletionStage<Leases.Alive> lease(PeerAddress leader, long id, boolean keepAlive, long timeoutMillis) {
        var question = LeaseRequest.newBuilder()
                .setGroupId(group)
                .setId(id)
                .setKeepAlive(keepAlive)
                .setTimeoutMillis(timeoutMillis)
                .build();
        return ask(leader, PeerMethods.LEASE, question, timeoutMillis, false)
                .thenApply(answer -> switch (answer.getResultCase()) {
                    case LIFE -> LeaseWire.fromWire(answer.getLife());
                    case REFUSED -> throw Refusals.fromWire(answer.getRefused());
                    case RESULT_NOT_SET -> throw nonsense(leader);
                });
    }

    private static Outcome outcome(Applied answer) {
        return CommandCodec.decodeOutcome(answer.getOutcome().toByteArray());
    }

    private static ReadPoint readPoint(ReadPointReply answer) {
        return new ReadPoint(
                answer.getPoint().getTerm(),
                answer.getPoint().getIndex(),
                new Timestamp(answer.getPoint().getNow()));
    }

    /**
     * @param changes whether a request that arrived may have an effect
     */
    private <Q, A> CompletionStage<A> ask(
            PeerAddress node, MethodDescriptor<Q, A> method, Q question, long timeoutMillis, boolean changes) {
        return channels.ask(node, method, question, timeoutMillis)
                .handle((answer, failure) -> failure == null
                        ? CompletableFuture.completedFuture(answer)
                        : CompletableFuture.<A>failedFuture(refusal(failure, changes)))
                .thenCompose(Function.identity());
    }

    private static SkipstoneException refusal(Throwable failure, boolean changes) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean harmless = !changes || (cause instanceof PeerFailure silent && !silent.mayHaveArrived());
        return harmless
                ? new NotReady("the leader does not answer (" + cause.getMessage() + "); wait and repeat")
                : new OutcomeUnknown("the leader did not answer (" + cause.getMessage()
                        + ") and what was asked may still take effect; repeat a write only with an idempotency key");
    }

    private static OutcomeUnknown nonsense(PeerAddress leader) {
        return new OutcomeUnknown("the leader at " + leader + " answered in a way that this version does not know");
    }
}
