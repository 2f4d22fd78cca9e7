package io.skipstone.consensus.install;

import com.google.protobuf.ByteString;
import io.skipstone.consensus.peer.PeerHandler;
import io.skipstone.consensus.peer.PeerListener;
import io.skipstone.consensus.peer.wire.PeerProto.Applied;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactPart;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactRequest;
import io.skipstone.consensus.peer.wire.PeerProto.ChangeReply;
import io.skipstone.consensus.peer.wire.PeerProto.ChangeRequest;
import io.skipstone.consensus.peer.wire.PeerProto.Forwarded;
import io.skipstone.consensus.peer.wire.PeerProto.Greeting;
import io.skipstone.consensus.peer.wire.PeerProto.Introduction;
import io.skipstone.consensus.peer.wire.PeerProto.LeaseReply;
import io.skipstone.consensus.peer.wire.PeerProto.LeaseRequest;
import io.skipstone.consensus.peer.wire.PeerProto.ReadPointReply;
import io.skipstone.consensus.peer.wire.PeerProto.ReadPointRequest;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.ArtifactMaker;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.SyncMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCallStreamObserver;

/** A member that sends its store, over a real connection, and may do it badly. */
final class SourceNode implements PeerHandler, AutoCloseable {
    static final UUID GROUP = new UUID(7, 7);
    static final ByteString GROUP_BYTES = ByteString.copyFromUtf8("group");
    static final long INDEX = 40;
    private static final int VALUE_BYTES = 128 << 10;
    private static final long MAP_BYTES = 256L << 20;

    private final LmdbStore store;
    private final ArtifactMaker maker;
    private final ArtifactSender sender;
    private final PeerListener listener;
    private final PeerAddress address;
    final List<ArtifactRequest> requests = new CopyOnWriteArrayList<>();
    private volatile Fault fault = parts -> parts;

    /** What happens to a transfer on its way. */
    interface Fault {
        ServerCallStreamObserver<ArtifactPart> on(ServerCallStreamObserver<ArtifactPart> parts);
    }

    SourceNode(Path dir, String nodeId) throws IOException {
        this(dir, nodeId, INDEX);
    }

    /**
     * @param index where its store stands: of so many entries of 128 KiB
     */
    SourceNode(Path dir, String nodeId, long index) throws IOException {
        store = LmdbStore.open(config(dir.resolve(nodeId)));
        var random = new Random(index);
        for (long i = 1; i <= index; i++) {
            byte[] value = new byte[VALUE_BYTES];
            random.nextBytes(value);
            write(new Position(3, i), value);
        }
        maker = new ArtifactMaker(
                store,
                new ArtifactMaker.Settings(dir.resolve(nodeId + "-artifact"), nodeId, "test", 0),
                System::currentTimeMillis);
        sender = new ArtifactSender(GROUP_BYTES, maker, () -> index, () -> CompletableFuture.completedStage(true));
        listener = PeerListener.open("127.0.0.1", 0, this);
        address = new PeerAddress(nodeId, "127.0.0.1", listener.port());
    }

    static StoreConfig config(Path dir) {
        return new StoreConfig(
                dir.resolve("store"), dir.resolve("native"), MAP_BYTES, MAP_BYTES, 8, SyncMode.META_DEFERRED);
    }

    private void write(Position at, byte[] value) {
        store.write(at, txn -> {
            txn.belongTo(GROUP);
            txn.beginEntry(at, new Timestamp(at.index()));
            return txn.put(Key.utf8("k" + at.index()), Bytes.wrap(value), Timestamp.NONE);
        });
    }

    PeerAddress address() {
        return address;
    }

    /** From now on, until another one is set. */
    void fault(Fault newFault) {
        fault = newFault;
    }

    @Override
    public void fetchArtifact(ArtifactRequest request, ServerCallStreamObserver<ArtifactPart> parts) {
        requests.add(request);
        sender.send(request, fault.on(parts));
    }

    @Override
    public CompletionStage<Introduction> greet(Greeting greeting) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Applied> propose(Forwarded forwarded) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<ReadPointReply> readPoint(ReadPointRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<LeaseReply> lease(LeaseRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<ChangeReply> change(ChangeRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        sender.close();
        listener.close();
        maker.close();
        store.close();
    }
}
