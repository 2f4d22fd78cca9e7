package io.skipstone.consensus.install;

import io.skipstone.consensus.peer.wire.PeerProto.ArtifactPart;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCallStreamObserver;

/** A connection that takes so many parts and then no more, until it is told. */
final class SlowMember extends ServerCallStreamObserver<ArtifactPart> {
    private final AtomicInteger takes;
    private final AtomicInteger parts = new AtomicInteger();
    private final AtomicInteger heads = new AtomicInteger();
    private volatile Optional<Status> ended = Optional.empty();
    private volatile Runnable onReady = () -> {};
    private volatile Runnable onCancel = () -> {};
    private volatile boolean cancelled;

    SlowMember(int takes) {
        this.takes = new AtomicInteger(takes);
    }

    void take(int more) {
        takes.addAndGet(more);
        onReady.run();
    }

    void cancel() {
        cancelled = true;
        onCancel.run();
    }

    int parts() {
        return parts.get();
    }

    int heads() {
        return heads.get();
    }

    Optional<Status> ended() {
        return ended;
    }

    boolean isComplete() {
        return ended.filter(Status::isOk).isPresent();
    }

    @Override
    public boolean isReady() {
        return takes.get() > 0;
    }

    @Override
    public void onNext(ArtifactPart part) {
        if (takes.getAndDecrement() <= 0) {
            throw new IllegalStateException("a part that was not asked for");
        }
        heads.addAndGet(part.hasHead() ? 1 : 0);
        parts.incrementAndGet();
    }

    @Override
    public void onError(Throwable failure) {
        ended = Optional.of(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        ended = Optional.of(Status.OK);
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
        onReady = handler;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
        onCancel = handler;
    }

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
}
