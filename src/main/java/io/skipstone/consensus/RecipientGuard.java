package io.skipstone.consensus;

import io.skipstone.model.MemberId;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * Hears what Raft says to this member, and refuses what it says to another one. A node whose disk was lost answers at the address of the
 * member that it was before, and Ratis 3.3.0 looks only at the group: without this the new directory would vote and acknowledge in
 * the name of the old one (docs/decisions/0011).
 */
final class RecipientGuard implements ServerInterceptor {
    private final ByteString self;

    RecipientGuard(MemberId self) {
        this.self = ByteString.copyFromUtf8(self.toString());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(new PacedAnswers<>(call), headers)) {
            /** gRPC calls a listener by one thread at a time. */
            private boolean refused;

            @Override
            public void onMessage(Q message) {
                if (refused) {
                    return;
                }
                Optional<ByteString> recipient = request(message).map(RaftRpcRequestProto::getReplyId);
                if (recipient.isPresent() && !recipient.get().equals(self)) {
                    refused = true;
                    call.close(
                            Status.FAILED_PRECONDITION.withDescription("this is " + self.toStringUtf8() + ", not "
                                    + recipient.get().toStringUtf8() + ": its data directory is another one"),
                            new Metadata());
                } else {
                    super.onMessage(InstallNotice.heard(message));
                }
            }

            @Override
            public void onHalfClose() {
                if (!refused) {
                    super.onHalfClose();
                }
            }
        };
    }

    /** What the requests of Raft have in common; empty for what members say to each other besides. */
    private static Optional<RaftRpcRequestProto> request(Object message) {
        return switch (message) {
            case AppendEntriesRequestProto entries -> Optional.of(entries.getServerRequest());
            case RequestVoteRequestProto vote -> Optional.of(vote.getServerRequest());
            case InstallSnapshotRequestProto install -> Optional.of(install.getServerRequest());
            case StartLeaderElectionRequestProto election -> Optional.of(election.getServerRequest());
            case ReadIndexRequestProto read -> Optional.of(read.getServerRequest());
            default -> Optional.empty();
        };
    }
}
