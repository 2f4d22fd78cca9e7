package io.skipstone.consensus.peer;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.ratis.thirdparty.io.grpc.ServerServiceDefinition;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCallStreamObserver;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** The receiving side: puts a {@link PeerHandler} behind the methods. */
public final class PeerService {
    private static final System.Logger LOG = System.getLogger(PeerService.class.getName());

    /** Half of what callers wait, for what waits on the way. */
    private static final long KEEP_ALIVE_AT_LEAST_SECONDS = PeerChannels.KEEP_ALIVE_SECONDS / 2;

    private PeerService() {}

    /**
     * Has a server answer for us. It lets callers ask whether the connection lives, as often as {@link PeerChannels} does: gRPC
     * would take every third question within five minutes for an attack, and cut the connection with all that is on it.
     */
    public static NettyServerBuilder on(NettyServerBuilder server, PeerHandler handler) {
        return server.permitKeepAliveTime(KEEP_ALIVE_AT_LEAST_SECONDS, TimeUnit.SECONDS)
                .addService(of(handler));
    }

    static ServerServiceDefinition of(PeerHandler handler) {
        return ServerServiceDefinition.builder(PeerMethods.SERVICE)
                .addMethod(PeerMethods.GREET, ServerCalls.asyncUnaryCall(answering(handler::greet)))
                .addMethod(PeerMethods.PROPOSE, ServerCalls.asyncUnaryCall(answering(handler::propose)))
                .addMethod(PeerMethods.READ_POINT, ServerCalls.asyncUnaryCall(answering(handler::readPoint)))
                .addMethod(PeerMethods.CHANGE, ServerCalls.asyncUnaryCall(answering(handler::change)))
                .addMethod(PeerMethods.LEASE, ServerCalls.asyncUnaryCall(answering(handler::lease)))
                .addMethod(
                        PeerMethods.FETCH_ARTIFACT,
                        ServerCalls.asyncServerStreamingCall(
                                (request, parts) -> handler.fetchArtifact(request, (ServerCallStreamObserver<
                                                io.skipstone.consensus.peer.wire.PeerProto.ArtifactPart>)
                                        parts)))
                .build();
    }

    private static <Q, A> ServerCalls.UnaryMethod<Q, A> answering(Function<Q, CompletionStage<A>> handler) {
        return (question, caller) -> {
            try {
                var _ = handler.apply(question).whenComplete((answer, failure) -> reply(caller, answer, failure));
            } catch (RuntimeException failure) {
                reply(caller, null, failure);
            }
        };
    }

    private static <A> void reply(StreamObserver<A> caller, @Nullable A answer, @Nullable Throwable failure) {
        try {
            if (answer != null) {
                caller.onNext(answer);
                caller.onCompleted();
            } else {
                LOG.log(System.Logger.Level.WARNING, "another member could not be answered", failure);
                caller.onError(Status.INTERNAL
                        .withDescription("this node could not answer: " + failure)
                        .asRuntimeException());
            }
        } catch (RuntimeException gone) {
            LOG.log(System.Logger.Level.DEBUG, "another member does not wait for its answer any more", gone);
        }
    }
}
