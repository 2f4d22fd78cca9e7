package io.skipstone.consensus.install;

import com.google.protobuf.UnsafeByteOperations;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactHead;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactPart;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactRequest;
import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.ArtifactException;
import io.skipstone.snapshot.ArtifactMaker.Lease;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCallStreamObserver;

/**
 * One artifact on its way to one member. A chunk is read when the connection takes one, so no more than one is in memory besides what
 * gRPC holds back.
 *
 * <p>Whatever happens comes as a turn, and turns run one after the other on the threads of the sender.
 */
final class SendingStream {
    private static final System.Logger LOG = System.getLogger(SendingStream.class.getName());

    private final ArtifactRequest request;
    private final ServerCallStreamObserver<ArtifactPart> parts;
    private final Executor threads;
    private final LongSupplier nanoTime;
    private final Consumer<SendingStream> onEnd;

    /** Turns that are asked for and not done; the one who raises it from 0 has them run. */
    private final AtomicInteger turns = new AtomicInteger();

    /** Set from outside, taken by the next turn. */
    private volatile Optional<Lease> lease = Optional.empty();

    private volatile Optional<Status> failure = Optional.empty();
    private volatile long lastTakenNanos;

    /** In turns only. */
    private boolean headSent;

    private int nextChunk;
    private boolean ended;

    SendingStream(
            ArtifactRequest request,
            ServerCallStreamObserver<ArtifactPart> parts,
            Executor threads,
            LongSupplier nanoTime,
            Consumer<SendingStream> onEnd) {
        this.request = request;
        this.parts = parts;
        this.threads = threads;
        this.nanoTime = nanoTime;
        this.onEnd = onEnd;
        this.lastTakenNanos = nanoTime.getAsLong();
    }

    /** While gRPC still calls the method: later it takes no handlers. */
    void listen() {
        parts.setOnReadyHandler(this::turn);
        parts.setOnCancelHandler(() -> fail(Status.CANCELLED));
    }

    void begin(Lease found) {
        lease = Optional.of(found);
        lastTakenNanos = nanoTime.getAsLong();
        turn();
    }

    void fail(Status why) {
        failure = Optional.of(why);
        turn();
    }

    /** A copy may take long to make; only one that is there and not taken counts. */
    boolean isStalled() {
        return lease.isPresent() && nanoTime.getAsLong() - lastTakenNanos > ArtifactSender.STALL_NANOS;
    }

    private void turn() {
        if (turns.getAndIncrement() == 0) {
            try {
                threads.execute(this::runTurns);
            } catch (RejectedExecutionException stopped) {
                // The sender is closed: this thread is the last one here.
                runTurns();
            }
        }
    }

    private void runTurns() {
        int seen = turns.get();
        do {
            runTurn();
            seen = turns.addAndGet(-seen);
        } while (seen > 0);
    }

    private void runTurn() {
        if (ended) {
            // Found for somebody who is gone.
            lease.ifPresent(Lease::close);
            return;
        }
        if (failure.isPresent()) {
            end(() -> parts.onError(failure.get().asRuntimeException()));
            return;
        }
        try {
            lease.map(Lease::artifact).ifPresent(this::sendWhileTaken);
        } catch (ArtifactException damaged) {
            end(() -> parts.onError(Status.DATA_LOSS
                    .withDescription(String.valueOf(damaged.getMessage()))
                    .asRuntimeException()));
        } catch (RuntimeException broken) {
            end(() -> parts.onError(
                    Status.INTERNAL.withDescription(broken.toString()).asRuntimeException()));
        }
    }

    private void sendWhileTaken(Artifact artifact) {
        int chunks = artifact.manifest().data().chunkCount();
        while (parts.isReady() && failure.isEmpty()) {
            lastTakenNanos = nanoTime.getAsLong();
            if (!headSent) {
                sendHead(artifact);
            } else if (nextChunk < chunks) {
                parts.onNext(ArtifactPart.newBuilder()
                        .setChunk(UnsafeByteOperations.unsafeWrap(artifact.chunk(nextChunk)))
                        .build());
                nextChunk++;
            } else {
                end(parts::onCompleted);
                return;
            }
        }
    }

    private void sendHead(Artifact artifact) {
        boolean goesOn = artifact.id().equals(request.getArtifactId());
        nextChunk = goesOn
                ? (int) Math.min(
                        request.getFirstChunk(), artifact.manifest().data().chunkCount())
                : 0;
        LOG.log(
                System.Logger.Level.INFO,
                "artifact is sent to another member id=" + artifact.id() + " applied="
                        + artifact.manifest().contents().applied() + " bytes=" + artifact.lengthBytes()
                        + " fromChunk=" + nextChunk);
        parts.onNext(ArtifactPart.newBuilder()
                .setHead(ArtifactHead.newBuilder()
                        .setArtifactId(artifact.id())
                        .setManifest(UnsafeByteOperations.unsafeWrap(artifact.frame())))
                .build());
        headSent = true;
    }

    private void end(Runnable last) {
        ended = true;
        lease.ifPresent(Lease::close);
        onEnd.accept(this);
        if (!parts.isCancelled()) {
            last.run();
        }
    }
}
