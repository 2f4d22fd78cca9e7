package io.skipstone.consensus;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotResult;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * Lets a leader wait a moment for the answer that an install is still under way. A leader of Ratis 3.3.0 asks again as soon as it has the
 * answer, thousands of times a second for as long as a store takes to come.
 */
final class PacedAnswers<Q, A> extends SimpleForwardingServerCall<Q, A> {
    /** A small part of the time after which a member misses its leader, which says nothing else to this one meanwhile. */
    static final long WAIT_MILLIS = 100;

    /** Whether an answer waits. Guarded by this. */
    private boolean waiting;

    /** The end of the call, if it came while an answer waited. Guarded by this. */
    private Optional<Runnable> end = Optional.empty();

    PacedAnswers(ServerCall<Q, A> call) {
        super(call);
    }

    @Override
    public void sendMessage(A answer) {
        if (!isUnderWay(answer)) {
            super.sendMessage(answer);
            return;
        }
        synchronized (this) {
            waiting = true;
        }
        CompletableFuture.delayedExecutor(WAIT_MILLIS, TimeUnit.MILLISECONDS).execute(() -> sendNow(answer));
    }

    private static boolean isUnderWay(Object answer) {
        return answer instanceof InstallSnapshotReplyProto reply
                && reply.getResult() == InstallSnapshotResult.IN_PROGRESS;
    }

    private void sendNow(A answer) {
        Optional<Runnable> last;
        synchronized (this) {
            if (!isCancelled()) {
                super.sendMessage(answer);
            }
            waiting = false;
            last = end;
        }
        last.ifPresent(Runnable::run);
    }

    @Override
    public void close(Status status, Metadata trailers) {
        synchronized (this) {
            if (waiting) {
                end = Optional.of(() -> super.close(status, trailers));
                return;
            }
        }
        super.close(status, trailers);
    }
}
