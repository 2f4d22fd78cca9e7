package io.skipstone.consensus;

import com.google.protobuf.ByteString;
import io.skipstone.command.Command;
import io.skipstone.command.CommandCodec;
import io.skipstone.command.LogEntry;
import io.skipstone.command.Outcome;
import io.skipstone.consensus.install.ArtifactSender;
import io.skipstone.consensus.peer.PeerHandler;
import io.skipstone.consensus.peer.Refusals;
import io.skipstone.consensus.peer.wire.PeerProto.Applied;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactPart;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactRequest;
import io.skipstone.consensus.peer.wire.PeerProto.ChangeReply;
import io.skipstone.consensus.peer.wire.PeerProto.ChangeRequest;
import io.skipstone.consensus.peer.wire.PeerProto.Forwarded;
import io.skipstone.consensus.peer.wire.PeerProto.Greeting;
import io.skipstone.consensus.peer.wire.PeerProto.Introduction;
import io.skipstone.consensus.peer.wire.PeerProto.LeaseReply;
import io.skipstone.consensus.peer.wire.PeerProto.LeaseRequest;
import io.skipstone.consensus.peer.wire.PeerProto.ReadPointReply;
import io.skipstone.consensus.peer.wire.PeerProto.ReadPointRequest;
import io.skipstone.consensus.peer.wire.PeerProto.Refused;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Member;
import io.skipstone.model.Membership;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import io.skipstone.model.Timestamp;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCallStreamObserver;

/**
 * Answers what other members ask this one. Carries out only what this node can do itself: a request that came over the peer port is not
 * passed on once more.
 */
final class PeerAnswers implements PeerHandler {
    private final RaftConfig config;
    private final ByteString group;

    /** Set when all of the node is there; Ratis opens the port a moment before. */
    private volatile Optional<Doors> doors = Optional.empty();

    PeerAnswers(RaftConfig config) {
        this.config = config;
        this.group = Greetings.bytes(config.groupId());
    }

    /**
     * What this node can do for others.
     *
     * @param own proposes to the log of this process
     * @param points of this node, while it leads
     * @param leases of this node, while it leads
     */
    record Doors(
            Proposer own,
            ReadPoints points,
            MembershipChanges changes,
            Supplier<Membership> membership,
            Leases leases,
            ArtifactSender artifacts) {}

    void open(Doors newDoors) {
        doors = Optional.of(newDoors);
    }

    @Override
    public CompletionStage<Introduction> greet(Greeting greeting) {
        var answer = Greetings.introduce(config.member(), config.peers(), config.clientAddress())
                .setGroupId(group);
        doors.ifPresent(open -> {
            for (Member member : open.membership().get().members()) {
                answer.addMembers(MembershipWire.entry(member));
            }
        });
        return CompletableFuture.completedFuture(answer.build());
    }

    @Override
    public CompletionStage<Applied> propose(Forwarded forwarded) {
        return answer(
                forwarded.getGroupId(),
                open -> propose(open, forwarded.getEntry().toByteArray()),
                outcome -> Applied.newBuilder()
                        .setOutcome(ByteString.copyFrom(CommandCodec.encodeOutcome(outcome)))
                        .build(),
                refused -> Applied.newBuilder().setRefused(refused).build());
    }

    /** Of what a node proposes for itself, nothing comes from another one. */
    private static CompletionStage<Outcome> propose(Doors open, byte[] bytes) {
        LogEntry entry = unstamped(bytes);
        if (entry.command() instanceof Command.RaiseClockCeiling) {
            throw new BadRequest("not_forwarded", "a clock ceiling is raised by the leader itself");
        }
        if (entry.command() instanceof Command.ExpireLease) {
            throw new BadRequest("not_forwarded", "whether a lease is over is the leader's own judgement");
        }
        return open.own().propose(entry.command(), entry.once());
    }

    private static LogEntry unstamped(byte[] bytes) {
        try {
            return CommandCodec.decodeUnstamped(bytes);
        } catch (InvariantViolation unknown) {
            throw new BadRequest(
                    "entry_unknown",
                    "the leader does not know this write (" + unknown.getMessage()
                            + "); run the same version everywhere");
        }
    }

    @Override
    public CompletionStage<ReadPointReply> readPoint(ReadPointRequest request) {
        return answer(
                request.getGroupId(),
                open -> open.points().next(new Timestamp(request.getPass())),
                point -> ReadPointReply.newBuilder().setPoint(wire(point)).build(),
                refused -> ReadPointReply.newBuilder().setRefused(refused).build());
    }

    private static io.skipstone.consensus.peer.wire.PeerProto.ReadPoint wire(ReadPoint point) {
        return io.skipstone.consensus.peer.wire.PeerProto.ReadPoint.newBuilder()
                .setTerm(point.term())
                .setIndex(point.index())
                .setNow(point.now().bits())
                .build();
    }

    @Override
    public CompletionStage<LeaseReply> lease(LeaseRequest request) {
        return answer(
                request.getGroupId(),
                open -> request.getKeepAlive()
                        ? open.leases().keepAlive(request.getId())
                        : open.leases().timeToLive(request.getId()),
                life -> LeaseReply.newBuilder().setLife(LeaseWire.toWire(life)).build(),
                refused -> LeaseReply.newBuilder().setRefused(refused).build());
    }

    @Override
    public CompletionStage<ChangeReply> change(ChangeRequest request) {
        return answer(
                request.getGroupId(),
                open -> ChangeWire.carryOut(request, open.changes()),
                membership -> ChangeReply.newBuilder()
                        .setMembership(MembershipWire.toWire(membership))
                        .build(),
                refused -> ChangeReply.newBuilder().setRefused(refused).build());
    }

    @Override
    public void fetchArtifact(ArtifactRequest request, ServerCallStreamObserver<ArtifactPart> parts) {
        if (doors.isPresent()) {
            doors.get().artifacts().send(request, parts);
        } else {
            parts.onError(
                    Status.UNAVAILABLE.withDescription("this node is starting").asRuntimeException());
        }
    }

    private <T, A> CompletionStage<A> answer(
            ByteString ofGroup,
            Function<Doors, CompletionStage<T>> work,
            Function<T, A> answer,
            Function<Refused, A> refusal) {
        CompletionStage<T> result;
        try {
            result = work.apply(doorsFor(ofGroup));
        } catch (SkipstoneException refused) {
            result = CompletableFuture.failedStage(refused);
        }
        return result.handle((value, failure) ->
                failure == null ? answer.apply(value) : refusal.apply(Refusals.toWire(refused(failure))));
    }

    private Doors doorsFor(ByteString ofGroup) {
        if (!group.equals(ofGroup)) {
            throw new BadRequest(
                    "wrong_group",
                    "this node belongs to group " + config.groupId() + ", the request is of another one; correct"
                            + " skipstone.peers");
        }
        return doors.orElseThrow(() -> new NotReady("this node is starting; repeat in a moment"));
    }

    private static SkipstoneException refused(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof SkipstoneException known
                ? known
                : new OutcomeUnknown("the leader failed at it (" + cause + ")");
    }
}
