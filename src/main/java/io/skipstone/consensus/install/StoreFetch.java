package io.skipstone.consensus.install;

import com.google.protobuf.ByteString;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactHead;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactPart;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactRequest;
import io.skipstone.model.PeerAddress;
import io.skipstone.snapshot.ArtifactException;
import io.skipstone.snapshot.ArtifactStage;
import io.skipstone.snapshot.Manifest;
import io.skipstone.snapshot.StoreExchange;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Fetches one store, from whichever member sends one that is new enough. A transfer that breaks goes on at the chunk where it broke, as long
 * as somebody has the same artifact; a member that fails twice in a row makes way for the next one.
 *
 * <p>One thread, but {@link #stop} on any.
 */
final class StoreFetch implements AutoCloseable {
    /** Tries in a row that bring no chunk; then the leader is asked what is needed now. */
    static final int MAX_FRUITLESS_TRIES = 12;

    private static final int TRIES_PER_SOURCE = 2;

    /** A member may have to copy its store first; that it lives, gRPC finds out. */
    private static final long HEAD_WAIT_MILLIS = 600_000;

    /** A member from which no chunk comes for so long is given up. */
    private static final long CHUNK_WAIT_MILLIS = 30_000;

    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private static final System.Logger LOG = System.getLogger(StoreFetch.class.getName());

    private final StoreExchange exchange;
    private final ByteString group;
    private final ArtifactPeers peers;
    private final Wanted wanted;
    private final InstallProgress progress;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** What has come so far. */
    private Optional<Incoming> incoming = Optional.empty();

    private int fruitlessTries;

    /** The transfer under way, to be cut off by {@link #stop}. */
    private volatile Optional<ArtifactPeers.Parts> transfer = Optional.empty();

    private record Incoming(String artifactId, ArtifactStage stage) {
        long index() {
            return stage.manifest().contents().applied().index();
        }
    }

    StoreFetch(StoreExchange exchange, ByteString group, ArtifactPeers peers, Wanted wanted, InstallProgress progress) {
        this.exchange = exchange;
        this.group = group;
        this.peers = peers;
        this.wanted = wanted;
        this.progress = progress;
    }

    /**
     * Returns when all chunks are there.
     *
     * @throws SourceFailure nobody sends one
     * @throws ArtifactException this node cannot take it in
     */
    ArtifactStage fetch() throws SourceFailure, InterruptedException {
        String last = "no other member is known";
        while (fruitlessTries < MAX_FRUITLESS_TRIES && stopped.getCount() > 0) {
            List<PeerAddress> sources = wanted.sources();
            if (!sources.isEmpty()) {
                PeerAddress source = sources.get(fruitlessTries / TRIES_PER_SOURCE % sources.size());
                int before = chunks();
                try {
                    return takeFrom(source);
                } catch (SourceFailure failure) {
                    last = source + ": " + failure.getMessage();
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "store was not fetched, tried again; chunks=" + chunks() + " source=" + last);
                }
                fruitlessTries = chunks() > before ? 0 : fruitlessTries;
            }
            fruitlessTries++;
            pause();
        }
        throw new SourceFailure(stopped.getCount() == 0 ? "this node stops" : last);
    }

    private int chunks() {
        return incoming.map(known -> known.stage().nextChunk()).orElse(0);
    }

    private void pause() throws InterruptedException {
        long millis = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(fruitlessTries - 1, 16));
        if (stopped.await(millis, TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("the node stops");
        }
    }

    private ArtifactStage takeFrom(PeerAddress source) throws SourceFailure, InterruptedException {
        long least = wanted.leastIndex();
        // What was new enough when it was begun may not be any more.
        incoming.filter(known -> known.index() < least).ifPresent(this::giveUp);
        try (ArtifactPeers.Parts parts = peers.open(source, request(least))) {
            transfer = Optional.of(parts);
            if (stopped.getCount() == 0) {
                throw new SourceFailure("this node stops");
            }
            Incoming from = head(source, parts.next(HEAD_WAIT_MILLIS), least);
            while (!from.stage().isComplete()) {
                take(source, from.stage(), parts.next(CHUNK_WAIT_MILLIS));
            }
            return from.stage();
        } finally {
            transfer = Optional.empty();
        }
    }

    private ArtifactRequest request(long least) {
        var request = ArtifactRequest.newBuilder().setGroupId(group).setLeastIndex(least);
        incoming.ifPresent(known -> request.setArtifactId(known.artifactId())
                .setFirstChunk(known.stage().nextChunk()));
        return request.build();
    }

    /** Goes on with what has come already if it is of the same artifact, else begins anew. */
    private Incoming head(PeerAddress source, ArtifactPart part, long least) throws SourceFailure {
        if (!part.hasHead()) {
            throw new SourceFailure("the transfer begins without its head");
        }
        ArtifactHead head = part.getHead();
        Optional<Incoming> same = incoming.filter(known -> known.artifactId().equals(head.getArtifactId()));
        if (same.isPresent()) {
            return same.get();
        }
        incoming.ifPresent(this::giveUp);
        Manifest manifest = manifest(source, head);
        if (manifest.contents().applied().index() < least) {
            throw new SourceFailure("it sends a store at " + manifest.contents().applied() + ", before " + least);
        }
        var begun = new Incoming(head.getArtifactId(), exchange.begin(manifest));
        incoming = Optional.of(begun);
        progress.at(0, manifest.data().lengthBytes());
        return begun;
    }

    private static Manifest manifest(PeerAddress source, ArtifactHead head) throws SourceFailure {
        try {
            return Manifest.ofFrame(head.getManifest().toByteArray(), "the store of " + source);
        } catch (ArtifactException damaged) {
            throw new SourceFailure(String.valueOf(damaged.getMessage()));
        }
    }

    private void take(PeerAddress source, ArtifactStage stage, ArtifactPart part) throws SourceFailure {
        if (!part.hasChunk()) {
            throw new SourceFailure("something else came where a chunk was due");
        }
        int number = stage.nextChunk();
        try {
            stage.accept(number, part.getChunk().asReadOnlyByteBuffer());
        } catch (ArtifactException failure) {
            if (failure.kind() == ArtifactException.Kind.DAMAGED) {
                throw new SourceFailure(source + " sent a damaged chunk: " + failure.getMessage());
            }
            throw failure;
        }
        Manifest.Data layout = stage.manifest().data();
        progress.at(layout.offsetOf(number) + layout.chunkLength(number), layout.lengthBytes());
    }

    private void giveUp(Incoming known) {
        known.stage().discard();
        incoming = Optional.empty();
    }

    /** Gives up what has come, for another fetch to begin anew. */
    void discard() {
        incoming.ifPresent(this::giveUp);
    }

    /** Makes {@link #fetch} end soon. Any thread. */
    void stop() {
        stopped.countDown();
        transfer.ifPresent(ArtifactPeers.Parts::close);
    }

    @Override
    public void close() {
        incoming.ifPresent(known -> known.stage().close());
    }
}
