package io.skipstone.consensus;

import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;

/**
 * Lets Ratis take in what leaders send to the log one message after the other. Entries and heartbeats come over streams of their own, and
 * so do those of an old leader and of a new one; Ratis 3.3.0 compares a message with the log under its lock, and changes the log after it
 * has given the lock back. A message that came in between would be judged by a log that is about to change (docs/decisions/0019).
 */
final class AppendsInTurn implements ServerInterceptor {
    private final Object turn = new Object();

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onMessage(Q message) {
                if (message instanceof AppendEntriesRequestProto) {
                    synchronized (turn) {
                        super.onMessage(message);
                    }
                } else {
                    super.onMessage(message);
                }
            }
        };
    }
}
