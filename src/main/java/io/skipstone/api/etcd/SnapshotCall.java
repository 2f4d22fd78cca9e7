package io.skipstone.api.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.ServerCallStreamObserver;
import io.skipstone.api.Download;
import io.skipstone.api.etcd.gateway.Gateway;
import io.skipstone.api.etcd.v3.SnapshotResponse;
import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.Seal;
import io.vertx.core.AsyncResult;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * One client that takes a copy of the store: the next piece is read when it has taken the one before. Behind the copy comes its seal, which
 * clients of etcd look for. On its event loop.
 */
final class SnapshotCall {
    /** Well below the 4 MiB that clients take by default. */
    private static final int PIECE_BYTES = 1 << 20;

    private final ServerCallStreamObserver<SnapshotResponse> client;
    private final EtcdHeader header;

    /** Empty until there is a copy. */
    private Optional<Download> download = Optional.empty();

    /** Of all that was read; by one reader at a time, each after the answer of the one before. */
    private final MessageDigest sha256 = EtcdIds.sha256();

    private long sentBytes;
    private boolean reading;
    private boolean ended;

    SnapshotCall(ServerCallStreamObserver<SnapshotResponse> client, EtcdHeader header) {
        this.client = client;
        this.header = header;
    }

    void start() {
        client.setOnReadyHandler(this::sendNext);
        client.setOnCancelHandler(this::end);
    }

    /** Whether nobody waits for the copy any more. */
    boolean hasEnded() {
        return ended;
    }

    /** There is a copy; takes over the download. */
    void begin(Download begun) {
        download = Optional.of(begun);
        sendNext();
    }

    private void sendNext() {
        download.ifPresent(begun -> {
            if (!ended && !reading && client.isReady()) {
                sendNext(begun);
            }
        });
    }

    private void sendNext(Download begun) {
        if (sentBytes == begun.artifact().lengthBytes()) {
            tell(ByteString.copyFrom(Seal.of(sentBytes, sha256)), 0);
            end();
            client.onCompleted();
            return;
        }
        reading = true;
        long position = sentBytes;
        begun.read(artifact -> piece(artifact, position)).onComplete(piece -> send(begun, piece));
    }

    private ByteString piece(Artifact artifact, long position) {
        var piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, artifact.lengthBytes() - position));
        var _ = artifact.read(position, piece);
        sha256.update(piece.array(), 0, piece.position());
        // Without a copy: nobody else has the array.
        return UnsafeByteOperations.unsafeWrap(piece.array(), 0, piece.position());
    }

    private void send(Download begun, AsyncResult<ByteString> piece) {
        reading = false;
        if (ended) {
            return;
        }
        if (piece.failed()) {
            fail(piece.cause());
            return;
        }
        sentBytes += piece.result().size();
        tell(piece.result(), Seal.sealedBytes(begun.artifact().lengthBytes()) - sentBytes);
        sendNext();
    }

    private void tell(ByteString blob, long remainingBytes) {
        client.onNext(SnapshotResponse.newBuilder()
                .setHeader(header.now())
                .setRemainingBytes(remainingBytes)
                .setBlob(blob)
                .setVersion(Gateway.API_VERSION)
                .build());
    }

    void fail(Throwable failure) {
        if (!ended) {
            end();
            client.onError(EtcdCalls.status(failure));
        }
    }

    /** Lets go of the copy; once or more. */
    private void end() {
        ended = true;
        download.ifPresent(Download::close);
    }
}
