package io.skipstone.consensus.install;

import io.skipstone.consensus.peer.wire.PeerProto.ArtifactPart;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCallStreamObserver;

/** A transfer that breaks after some chunks, or whose chunks change on the way. */
final class FaultyParts extends ServerCallStreamObserver<ArtifactPart> {
    private final ServerCallStreamObserver<ArtifactPart> to;
    private final AtomicInteger chunksLeft;
    private final UnaryOperator<ArtifactPart> change;
    private volatile boolean broken;

    private FaultyParts(
            ServerCallStreamObserver<ArtifactPart> to, AtomicInteger chunksLeft, UnaryOperator<ArtifactPart> change) {
        this.to = to;
        this.chunksLeft = chunksLeft;
        this.change = change;
    }

    /** The first transfer breaks after so many chunks, later ones do not. */
    static SourceNode.Fault breaksOnceAfter(int chunks) {
        var broken = new AtomicBoolean();
        return parts -> broken.compareAndSet(false, true) ? breaking(parts, chunks) : parts;
    }

    /** The first transfer breaks after so many chunks, later ones before the first one. */
    static SourceNode.Fault diesAfter(int chunks) {
        var left = new AtomicInteger(chunks);
        return parts -> breaking(parts, left.getAndSet(0));
    }

    private static FaultyParts breaking(ServerCallStreamObserver<ArtifactPart> parts, int chunks) {
        return new FaultyParts(parts, new AtomicInteger(chunks), part -> part);
    }

    static SourceNode.Fault changes(UnaryOperator<ArtifactPart> change) {
        return parts -> new FaultyParts(parts, new AtomicInteger(Integer.MAX_VALUE), change);
    }

    @Override
    public void onNext(ArtifactPart part) {
        if (part.hasChunk() && chunksLeft.getAndDecrement() == 0) {
            broken = true;
            to.onError(Status.UNAVAILABLE.withDescription("broken").asRuntimeException());
            throw new IllegalStateException("the connection is gone");
        } else if (!to.isCancelled()) {
            to.onNext(change.apply(part));
        }
    }

    @Override
    public void onError(Throwable failure) {
        to.onError(failure);
    }

    @Override
    public void onCompleted() {
        to.onCompleted();
    }

    @Override
    public boolean isReady() {
        return to.isReady();
    }

    @Override
    public boolean isCancelled() {
        return broken || to.isCancelled();
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
        to.setOnReadyHandler(handler);
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
        to.setOnCancelHandler(handler);
    }

    @Override
    public void setCompression(String compression) {
        to.setCompression(compression);
    }

    @Override
    public void disableAutoInboundFlowControl() {
        to.disableAutoInboundFlowControl();
    }

    @Override
    public void request(int count) {
        to.request(count);
    }

    @Override
    public void setMessageCompression(boolean enable) {
        to.setMessageCompression(enable);
    }
}
