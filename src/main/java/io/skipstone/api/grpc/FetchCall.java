package io.skipstone.api.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.ServerCallStreamObserver;
import io.skipstone.api.Download;
import io.skipstone.api.grpc.v1.FetchSnapshotResponse;
import io.skipstone.api.grpc.v1.SnapshotChunk;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.snapshot.Artifact;
import io.vertx.core.AsyncResult;
import java.nio.ByteBuffer;

/** One client that takes an artifact: the next part is read when it has taken the one before. On its event loop. */
final class FetchCall {
    /** Frames of very large stores come in pieces, each well below the 4 MiB that clients take by default. */
    private static final int FRAME_PIECE_BYTES = 1 << 20;

    private final ServerCallStreamObserver<FetchSnapshotResponse> client;
    private final Calls calls;
    private final Download download;
    private long frameSent;
    private int nextChunk;
    private boolean reading;
    private boolean ended;

    private FetchCall(
            ServerCallStreamObserver<FetchSnapshotResponse> client, Calls calls, Download download, int firstChunk) {
        this.client = client;
        this.calls = calls;
        this.download = download;
        this.nextChunk = firstChunk;
    }

    /** Takes over the download. */
    static FetchCall of(
            ServerCallStreamObserver<FetchSnapshotResponse> client, Calls calls, Download download, int firstChunk) {
        int chunkCount = download.artifact().manifest().data().chunkCount();
        if (firstChunk < 0 || firstChunk > chunkCount) {
            download.close();
            throw new BadRequest("bad_chunk", "first_chunk is at most " + chunkCount + " here");
        }
        return new FetchCall(client, calls, download, firstChunk);
    }

    void start() {
        client.setOnReadyHandler(this::sendNext);
        sendNext();
    }

    private void sendNext() {
        if (ended || reading || !client.isReady()) {
            return;
        }
        Artifact artifact = download.artifact();
        if (frameSent < artifact.frameBytes()) {
            read(FetchCall::framePiece);
        } else if (nextChunk < artifact.manifest().data().chunkCount()) {
            read(FetchCall::chunk);
        } else {
            end();
            client.onCompleted();
        }
    }

    /** Reads a part of the artifact, as far as the call has come. */
    private interface Part {
        FetchSnapshotResponse read(Artifact artifact, long frameSent, int nextChunk);
    }

    private void read(Part part) {
        reading = true;
        long position = frameSent;
        int number = nextChunk;
        download.read(artifact -> part.read(artifact, position, number)).onComplete(this::send);
    }

    private static FetchSnapshotResponse framePiece(Artifact artifact, long frameSent, int nextChunk) {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(FRAME_PIECE_BYTES, artifact.frameBytes() - frameSent));
        artifact.read(frameSent, piece);
        return FetchSnapshotResponse.newBuilder().setFrame(bytes(piece.array())).build();
    }

    private static FetchSnapshotResponse chunk(Artifact artifact, long frameSent, int nextChunk) {
        return FetchSnapshotResponse.newBuilder()
                .setChunk(SnapshotChunk.newBuilder().setNumber(nextChunk).setData(bytes(artifact.chunk(nextChunk))))
                .build();
    }

    /** Without a copy: nobody else has the array. */
    private static ByteString bytes(byte[] array) {
        return UnsafeByteOperations.unsafeWrap(array);
    }

    private void send(AsyncResult<FetchSnapshotResponse> part) {
        reading = false;
        if (ended) {
            return;
        }
        if (part.failed()) {
            end();
            client.onError(calls.status(part.cause()));
            return;
        }
        FetchSnapshotResponse response = part.result();
        if (response.hasChunk()) {
            nextChunk++;
        } else {
            frameSent += response.getFrame().size();
        }
        client.onNext(response);
        sendNext();
    }

    /** Lets go of the artifact; once or more. */
    void end() {
        ended = true;
        download.close();
    }
}
