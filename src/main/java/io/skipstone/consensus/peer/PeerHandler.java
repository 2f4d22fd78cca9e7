package io.skipstone.consensus.peer;

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
import java.util.concurrent.CompletionStage;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCallStreamObserver;

/**
 * Answers other nodes. On gRPC's threads: no method blocks. A refusal is an answer; a stage that fails is a failure of this node.
 */
public interface PeerHandler {
    CompletionStage<Introduction> greet(Greeting greeting);

    CompletionStage<Applied> propose(Forwarded forwarded);

    CompletionStage<ReadPointReply> readPoint(ReadPointRequest request);

    CompletionStage<ChangeReply> change(ChangeRequest request);

    CompletionStage<LeaseReply> lease(LeaseRequest request);

    /** Sends no part while {@code parts} is not ready. */
    void fetchArtifact(ArtifactRequest request, ServerCallStreamObserver<ArtifactPart> parts);
}
