package io.skipstone.consensus;

import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;

/**
 * Tells a leader whose entries do not fit to go on right behind what this member knows as committed: up to there all logs are the same. Ratis
 * 3.3.0 has it go back one entry with each answer, and takes each for an error, after some of which it waits. A leader that came back with
 * hundreds of entries which the group never agreed on was away for as long as that took (Raft, end of section 5.3).
 */
final class OneStepBack implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return next.startCall(
                new SimpleForwardingServerCall<>(call) {
                    @Override
                    public void sendMessage(A answer) {
                        super.sendMessage(inOneStep(answer));
                    }
                },
                headers);
    }

    /** The answer; its type is the same. */
    @SuppressWarnings("unchecked")
    private static <A> A inOneStep(A answer) {
        if (answer instanceof AppendEntriesReplyProto reply && reply.getResult() == AppendResult.INCONSISTENCY) {
            // What is pinned counts as committed in Ratis, so this asks for nothing that the member could not take.
            long behindCommitted = reply.getFollowerCommit() + 1;
            return behindCommitted < reply.getNextIndex()
                    ? (A) reply.toBuilder().setNextIndex(behindCommitted).build()
                    : answer;
        }
        return answer;
    }
}
