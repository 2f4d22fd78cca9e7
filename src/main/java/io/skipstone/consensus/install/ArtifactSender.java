package io.skipstone.consensus.install;

import com.google.protobuf.ByteString;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactPart;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactRequest;
import io.skipstone.model.SkipstoneException;
import io.skipstone.snapshot.ArtifactMaker.Lease;
import io.skipstone.snapshot.ArtifactSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCallStreamObserver;

/**
 * Sends artifacts of this node's store to other members, to each as fast as it takes them. Any thread; no method blocks.
 *
 * <p>An artifact that is there is sent if it is new enough: members that lag together share a copy.
 */
public final class ArtifactSender implements AutoCloseable {
    /** Most members that are sent to at a time. */
    public static final int MAX_STREAMS = 2;

    /** A member that has taken nothing for so long makes way for the next one. */
    static final long STALL_NANOS = Duration.ofSeconds(60).toNanos();

    /** A member that has all of a store has this long to use it, and to ask for the log behind it. */
    static final long USED_WITHIN_NANOS = Duration.ofSeconds(60).toNanos();

    /** So old may an artifact be that is there already, if it is new enough by its index. */
    private static final Duration MAX_AGE = Duration.ofMinutes(5);

    private final ByteString group;
    private final ArtifactSource artifacts;
    private final LongSupplier appliedIndex;
    private final Supplier<CompletionStage<?>> pin;
    private final LongSupplier nanoTime;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            MAX_STREAMS, Thread.ofPlatform().name("artifact-send-", 0).daemon().factory());

    /** Guarded by itself. */
    private final List<SendingStream> streams = new ArrayList<>();

    /** When the last one ended; empty before. Guarded by {@link #streams}. */
    private Optional<Long> lastEndNanos = Optional.empty();

    /** Index of the newest store that was sent. Guarded by {@link #streams}. */
    private long sentIndex = -1;

    private volatile boolean closed;

    /**
     * Nothing is made before somebody asks.
     *
     * @param group as messages carry it
     * @param appliedIndex where this node stands; -1 before the first entry
     * @param pin brings the store to where the node stands: entries of Raft's own are in memory only until then
     */
    public ArtifactSender(
            ByteString group, ArtifactSource artifacts, LongSupplier appliedIndex, Supplier<CompletionStage<?>> pin) {
        this(group, artifacts, appliedIndex, pin, System::nanoTime);
    }

    ArtifactSender(
            ByteString group,
            ArtifactSource artifacts,
            LongSupplier appliedIndex,
            Supplier<CompletionStage<?>> pin,
            LongSupplier nanoTime) {
        this.group = group;
        this.artifacts = artifacts;
        this.appliedIndex = appliedIndex;
        this.pin = pin;
        this.nanoTime = nanoTime;
    }

    /** Answers one request: the head, then the chunks from the one that was asked for, if it is of the artifact that was asked for. */
    public void send(ArtifactRequest request, ServerCallStreamObserver<ArtifactPart> parts) {
        var stream = new SendingStream(request, parts, threads, nanoTime, this::forget);
        Optional<Status> refusal = refusal(request);
        if (refusal.isEmpty() && !admit(stream)) {
            refusal = Optional.of(Status.RESOURCE_EXHAUSTED.withDescription(
                    "this node sends " + MAX_STREAMS + " artifacts already; ask another member, or again later"));
        }
        if (refusal.isPresent()) {
            parts.onError(refusal.get().asRuntimeException());
            return;
        }
        stream.listen();
        find(request).whenComplete((lease, failure) -> {
            if (failure == null) {
                begin(stream, lease);
            } else {
                stream.fail(statusOf(failure));
            }
        });
    }

    private Optional<Status> refusal(ArtifactRequest request) {
        if (!group.equals(request.getGroupId())) {
            return Optional.of(Status.INVALID_ARGUMENT.withDescription("this node is of another group"));
        }
        long applied = appliedIndex.getAsLong();
        return applied < request.getLeastIndex()
                ? Optional.of(Status.FAILED_PRECONDITION.withDescription(
                        "this node stands at index " + applied + ", before " + request.getLeastIndex()))
                : Optional.empty();
    }

    private boolean admit(SendingStream stream) {
        List<SendingStream> stalled;
        boolean room;
        synchronized (streams) {
            stalled = streams.stream().filter(SendingStream::isStalled).toList();
            streams.removeAll(stalled);
            room = streams.size() < MAX_STREAMS;
            if (room) {
                streams.add(stream);
            }
        }
        stalled.forEach(gone -> gone.fail(Status.DEADLINE_EXCEEDED.withDescription("nothing was taken for too long")));
        return room;
    }

    private void forget(SendingStream stream) {
        synchronized (streams) {
            streams.remove(stream);
            lastEndNanos = Optional.of(nanoTime.getAsLong());
        }
    }

    /**
     * Whether a member gets a store, or got one a short time ago and has not come to it yet.
     *
     * @param isSomebodyBefore whether another member has not come to an index
     */
    public boolean isInUse(LongPredicate isSomebodyBefore) {
        synchronized (streams) {
            if (closed || !streams.isEmpty()) {
                return !closed;
            }
            boolean ended = lastEndNanos
                    .filter(end -> nanoTime.getAsLong() - end < USED_WITHIN_NANOS)
                    .isPresent();
            return ended && isSomebodyBefore.test(sentIndex);
        }
    }

    private void begin(SendingStream stream, Lease lease) {
        synchronized (streams) {
            sentIndex = Math.max(
                    sentIndex, lease.artifact().manifest().contents().applied().index());
        }
        stream.begin(lease);
    }

    /** The one whose transfer was cut off, else one that is there, else a new one. */
    private CompletionStage<Lease> find(ArtifactRequest request) {
        try {
            Optional<Lease> same = request.getArtifactId().isEmpty()
                    ? Optional.empty()
                    : artifacts.lease(request.getArtifactId()).filter(lease -> isEnough(lease, request));
            return same.isPresent()
                    ? CompletableFuture.completedFuture(same.get())
                    : pin.get()
                            .thenCompose(_ -> artifacts.request(MAX_AGE))
                            .thenCompose(lease -> isEnough(lease, request)
                                    ? CompletableFuture.completedFuture(lease)
                                    : artifacts.request(Duration.ZERO));
        } catch (SkipstoneException refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    /** One that is not is given back. */
    private static boolean isEnough(Lease lease, ArtifactRequest request) {
        boolean enough = lease.artifact().manifest().contents().applied().index() >= request.getLeastIndex();
        if (!enough) {
            lease.close();
        }
        return enough;
    }

    private static Status statusOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return Status.UNAVAILABLE.withDescription(String.valueOf(cause.getMessage()));
    }

    /** Cuts off what is being sent: the receivers go on elsewhere. */
    @Override
    public void close() {
        List<SendingStream> all;
        closed = true;
        synchronized (streams) {
            all = List.copyOf(streams);
            streams.clear();
        }
        all.forEach(stream -> stream.fail(Status.UNAVAILABLE.withDescription("this node stops")));
        threads.shutdown();
    }
}
