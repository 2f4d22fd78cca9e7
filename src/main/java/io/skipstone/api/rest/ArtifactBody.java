package io.skipstone.api.rest;

import io.skipstone.api.Download;
import io.skipstone.snapshot.Artifact;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/** Bytes of an artifact, read piece by piece: the next one when the client has taken the one before. */
final class ArtifactBody implements Body.Streamed {
    /** At most two of these per client are in memory: one in the connection's queue, one being read. */
    static final int PIECE_BYTES = 256 * 1024;

    private static final Logger LOG = Logger.getLogger(ArtifactBody.class);

    private final Download download;
    private final ByteRange range;

    /** The next three on the event loop of the response only. */
    private long next;

    private boolean reading;
    private boolean ended;

    ArtifactBody(Download download, ByteRange range) {
        this.download = download;
        this.range = range;
        this.next = range.from();
    }

    @Override
    public OptionalLong lengthBytes() {
        return OptionalLong.of(range.length());
    }

    @Override
    public void sendTo(HttpServerResponse response) {
        response.closeHandler(gone -> end());
        response.exceptionHandler(lost -> end());
        response.drainHandler(room -> sendNext(response));
        sendNext(response);
    }

    @Override
    public void drop() {
        end();
    }

    private void end() {
        ended = true;
        download.close();
    }

    /** Called whenever there may be something to do: after a piece, and whenever the queue has room again. */
    private void sendNext(HttpServerResponse response) {
        if (ended || reading) {
            return;
        }
        if (next == range.end()) {
            end();
            response.end();
        } else if (!response.writeQueueFull()) {
            reading = true;
            long position = next;
            int length = (int) Math.min(PIECE_BYTES, range.end() - position);
            download.read(artifact -> piece(artifact, position, length)).onComplete(piece -> send(piece, response));
        }
    }

    private static Buffer piece(Artifact artifact, long position, int length) {
        ByteBuffer piece = ByteBuffer.allocate(length);
        int read = artifact.read(position, piece);
        if (read != length) {
            throw new IllegalStateException("artifact ends early position=" + position + " bytes=" + read);
        }
        return Buffer.buffer(piece.array());
    }

    private void send(AsyncResult<Buffer> piece, HttpServerResponse response) {
        reading = false;
        if (ended) {
            return;
        }
        if (piece.failed()) {
            LOG.error("a snapshot cannot be read while it is sent", piece.cause());
            end();
            // Too late for an error answer: a client that gets fewer bytes than announced knows.
            response.reset();
            return;
        }
        next += piece.result().length();
        var _ = response.write(piece.result());
        sendNext(response);
    }
}
