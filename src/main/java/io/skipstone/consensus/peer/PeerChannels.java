package io.skipstone.consensus.peer;

import io.skipstone.model.PeerAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ConnectivityState;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** The sending side: one connection to each node that is asked. Any thread. */
public final class PeerChannels implements AutoCloseable {
    /** A connection on which nothing comes back for so long is dead, and is made anew. */
    static final long KEEP_ALIVE_SECONDS = 10;

    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * Asks the node. Never blocks.
     *
     * <p>The stage fails with {@link PeerFailure} and nothing else.
     */
    public <Q, A> CompletionStage<A> ask(
            PeerAddress node, MethodDescriptor<Q, A> method, Q question, long timeoutMillis) {
        var sent = new SentTracer();
        var options = CallOptions.DEFAULT
                .withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS)
                .withStreamTracerFactory(sent);
        var answer = new Answer<A>(node, sent);
        try {
            ClientCalls.asyncUnaryCall(channel(node).newCall(method, options), question, answer);
        } catch (RuntimeException failure) {
            answer.onError(failure);
        }
        return answer.future;
    }

    /** The connection itself, for what is more than a question and an answer. */
    public ManagedChannel channel(PeerAddress node) {
        if (closed) {
            throw Status.UNAVAILABLE.withDescription("this node is stopping").asRuntimeException();
        }
        ManagedChannel channel = channels.computeIfAbsent(node.authority(), PeerChannels::connect);
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            // Else a member that was down for long would be left alone for up to two minutes after its return.
            channel.resetConnectBackoff();
        }
        return channel;
    }

    @Override
    public void close() {
        closed = true;
        channels.values().forEach(ManagedChannel::shutdownNow);
    }

    private static ManagedChannel connect(String authority) {
        Transport.ofTheJdk();
        return NettyChannelBuilder.forTarget(authority)
                .usePlaintext()
                .maxInboundMessageSize(PeerMethods.MAX_MESSAGE_BYTES)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .build();
    }

    /** Takes the one answer. */
    private static final class Answer<A> implements StreamObserver<A> {
        private final CompletableFuture<A> future = new CompletableFuture<>();
        private final PeerAddress node;
        private final SentTracer sent;
        private @Nullable A value;

        Answer(PeerAddress node, SentTracer sent) {
            this.node = node;
            this.sent = sent;
        }

        @Override
        public void onNext(A answer) {
            value = answer;
        }

        @Override
        public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            String reason = status.getCode() + (status.getDescription() == null ? "" : " " + status.getDescription());
            future.completeExceptionally(
                    new PeerFailure("no answer from " + node + " (" + reason + ")", sent.isSent(), failure));
        }

        @Override
        public void onCompleted() {
            if (value == null) {
                onError(Status.INTERNAL.withDescription("an empty answer").asRuntimeException());
            } else {
                future.complete(value);
            }
        }
    }
}
