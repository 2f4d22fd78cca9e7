package io.skipstone.consensus.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

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
import io.skipstone.model.PeerAddress;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCallStreamObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection between members on which an answer is waited for. Takes as long as gRPC needs to lose its patience. */
class PeerKeepAliveIT {
    /** gRPC cuts a connection at the fourth ping that comes too early. */
    private static final long LONG_ENOUGH_MILLIS = TimeUnit.SECONDS.toMillis(PeerChannels.KEEP_ALIVE_SECONDS * 9 / 2);

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void staysUntilTheDeadlineOfTheAnswerThatIsWaitedFor() throws IOException {
        try (var silent = PeerListener.open("127.0.0.1", 0, new Silent());
                var channels = new PeerChannels()) {
            var node = new PeerAddress("n1", "127.0.0.1", silent.port());

            var asked = channels.ask(node, PeerMethods.GREET, Greeting.getDefaultInstance(), LONG_ENOUGH_MILLIS);

            assertThat(catchThrowable(() -> asked.toCompletableFuture().join()))
                    .cause()
                    .hasMessageContaining(Status.Code.DEADLINE_EXCEEDED.name());
        }
    }

    /** Takes greetings and never answers. */
    private static final class Silent implements PeerHandler {
        @Override
        public CompletionStage<Introduction> greet(Greeting greeting) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<Applied> propose(Forwarded forwarded) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<ReadPointReply> readPoint(ReadPointRequest request) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<LeaseReply> lease(LeaseRequest request) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletionStage<ChangeReply> change(ChangeRequest request) {
            return new CompletableFuture<>();
        }

        @Override
        public void fetchArtifact(ArtifactRequest request, ServerCallStreamObserver<ArtifactPart> parts) {}
    }
}
