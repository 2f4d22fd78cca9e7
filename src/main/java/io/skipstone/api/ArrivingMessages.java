package io.skipstone.api;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Messages of gRPC that arrive on a connection, counted: of each stream the last one, until its client ends it or sends another. A call of one
 * request waits for that end, and holds its message meanwhile. On the event loop of the connection.
 */
final class ArrivingMessages extends Http2FrameListenerDecorator {
    private final Http2Connection connection;
    private final Http2Connection.PropertyKey key;
    private final ConnectionRoom.Share room;

    ArrivingMessages(Http2FrameListener listener, Http2Connection connection, ConnectionRoom.Share room) {
        super(listener);
        this.connection = connection;
        this.key = connection.newKey();
        this.room = room;
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                end(stream);
            }
        });
    }

    /** Messages of gRPC will arrive on this stream. */
    void expect(int streamId) {
        Http2Stream stream = connection.stream(streamId);
        if (stream != null) {
            stream.setProperty(key, new Arriving());
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean isEnd)
            throws Http2Exception {
        Http2Stream stream = connection.stream(streamId);
        Arriving arriving = stream == null ? null : stream.getProperty(key);
        if (arriving != null && !arriving.take(data)) {
            throw ConnectionRoom.refusal(streamId, "too many messages are arriving at once");
        }
        int taken = super.onDataRead(context, streamId, data, padding, isEnd);
        if (stream != null && isEnd) {
            end(stream);
        }
        return taken;
    }

    private void end(Http2Stream stream) {
        Arriving arriving = stream.removeProperty(key);
        if (arriving != null) {
            arriving.giveBack();
        }
    }

    /** The messages of a stream: each has five bytes before it, of which the last four are its length. */
    private final class Arriving {
        private static final int PREFIX_BYTES = 5;

        private int prefixRead;
        private long length;
        private long bytesLeft;
        private long heldBytes;

        /** Counts what came, if there is room for it. */
        boolean take(ByteBuf data) {
            int at = data.readerIndex();
            while (at < data.writerIndex()) {
                if (bytesLeft == 0) {
                    at = readPrefix(data, at);
                } else {
                    int piece = (int) Math.min(bytesLeft, data.writerIndex() - at);
                    if (!room.take(piece)) {
                        return false;
                    }
                    heldBytes += piece;
                    bytesLeft -= piece;
                    at += piece;
                }
            }
            return true;
        }

        private int readPrefix(ByteBuf data, int at) {
            if (prefixRead == 0) {
                giveBack();
                length = 0;
            } else {
                length = length << Byte.SIZE | data.getUnsignedByte(at);
            }
            prefixRead++;
            if (prefixRead == PREFIX_BYTES) {
                prefixRead = 0;
                bytesLeft = length;
            }
            return at + 1;
        }

        void giveBack() {
            room.giveBack(heldBytes);
            heldBytes = 0;
        }
    }
}
