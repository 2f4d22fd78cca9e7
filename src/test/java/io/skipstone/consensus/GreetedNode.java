package io.skipstone.consensus;

import io.skipstone.consensus.peer.PeerHandler;
import io.skipstone.consensus.peer.PeerListener;
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
import io.skipstone.model.Founder;
import io.skipstone.model.PeerAddress;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCallStreamObserver;

/** A node as far as its introduction goes: one of a version that is yet to be written, or one that falls silent. */
final class GreetedNode implements PeerHandler, AutoCloseable {
    private final Introduction introduction;
    private final PeerListener listener;

    GreetedNode(PeerAddress address, Introduction introduction) throws IOException {
        this.introduction = introduction;
        this.listener = PeerListener.open(address.host(), address.port(), this);
    }

    /** One that waits to be added to the group, and hears nothing of what Raft says to it. */
    static GreetedNode of(Founder self, UUID group) throws IOException {
        return new GreetedNode(
                self.address(),
                Greetings.introduce(self.id(), List.of(self.address()), "127.0.0.1:1")
                        .setGroupId(Greetings.bytes(group))
                        .build());
    }

    @Override
    public CompletionStage<Introduction> greet(Greeting greeting) {
        return CompletableFuture.completedStage(introduction);
    }

    @Override
    public CompletionStage<Applied> propose(Forwarded forwarded) {
        return neverAsked();
    }

    @Override
    public CompletionStage<ReadPointReply> readPoint(ReadPointRequest request) {
        return neverAsked();
    }

    @Override
    public CompletionStage<LeaseReply> lease(LeaseRequest request) {
        return neverAsked();
    }

    @Override
    public CompletionStage<ChangeReply> change(ChangeRequest request) {
        return neverAsked();
    }

    @Override
    public void fetchArtifact(ArtifactRequest request, ServerCallStreamObserver<ArtifactPart> parts) {
        parts.onError(Status.UNIMPLEMENTED.asRuntimeException());
    }

    private static <T> CompletionStage<T> neverAsked() {
        return CompletableFuture.failedStage(Status.UNIMPLEMENTED.asRuntimeException());
    }

    @Override
    public void close() {
        listener.close();
    }
}
