package io.skipstone.consensus.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
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
import java.io.IOException;
import java.io.InputStream;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor.Marshaller;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor.MethodType;
import org.apache.ratis.thirdparty.io.grpc.Status;

/** The methods of {@code skipstone.peer.v1.Peer}, with the messages of {@code peer.proto}, for the gRPC that Ratis brings along. */
public final class PeerMethods {
    /** Version of this protocol; members of different ones do not talk. */
    public static final int PROTOCOL = 1;

    /** Largest message: a log entry, or the outcome of one, with room for its frame. */
    public static final int MAX_MESSAGE_BYTES = 24 << 20;

    public static final MethodDescriptor<Greeting, Introduction> GREET =
            method("Greet", MethodType.UNARY, Greeting.parser(), Introduction.parser());

    public static final MethodDescriptor<Forwarded, Applied> PROPOSE =
            method("Propose", MethodType.UNARY, Forwarded.parser(), Applied.parser());

    public static final MethodDescriptor<ReadPointRequest, ReadPointReply> READ_POINT =
            method("ReadPoint", MethodType.UNARY, ReadPointRequest.parser(), ReadPointReply.parser());

    public static final MethodDescriptor<ChangeRequest, ChangeReply> CHANGE =
            method("Change", MethodType.UNARY, ChangeRequest.parser(), ChangeReply.parser());

    public static final MethodDescriptor<LeaseRequest, LeaseReply> LEASE =
            method("Lease", MethodType.UNARY, LeaseRequest.parser(), LeaseReply.parser());

    public static final MethodDescriptor<ArtifactRequest, ArtifactPart> FETCH_ARTIFACT =
            method("FetchArtifact", MethodType.SERVER_STREAMING, ArtifactRequest.parser(), ArtifactPart.parser());

    static final String SERVICE = "skipstone.peer.v1.Peer";

    private PeerMethods() {}

    private static <Q extends MessageLite, A extends MessageLite> MethodDescriptor<Q, A> method(
            String name, MethodType type, Parser<Q> question, Parser<A> answer) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(new Messages<>(question))
                .setResponseMarshaller(new Messages<>(answer))
                .build();
    }

    /** Our protobuf, which is not the one that Ratis carries inside. */
    private record Messages<T extends MessageLite>(Parser<T> parser) implements Marshaller<T> {
        @Override
        public InputStream stream(T message) {
            return message.toByteString().newInput();
        }

        @Override
        public T parse(InputStream bytes) {
            try (bytes) {
                return parser.parseFrom(bytes);
            } catch (InvalidProtocolBufferException nonsense) {
                throw Status.INVALID_ARGUMENT
                        .withDescription("not a message of this protocol")
                        .withCause(nonsense)
                        .asRuntimeException();
            } catch (IOException failure) {
                throw Status.UNAVAILABLE
                        .withDescription("the message ended early")
                        .withCause(failure)
                        .asRuntimeException();
            }
        }
    }
}
