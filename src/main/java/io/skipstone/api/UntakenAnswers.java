package io.skipstone.api;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * What waits for a client of HTTP/2 that does not take it, counted: each frame from when it is written until the client's windows and the
 * connection have room for it. On the event loop of the connection.
 */
final class UntakenAnswers implements Http2RemoteFlowController {
    private final Http2RemoteFlowController windows;
    private final ChannelHandlerContext context;
    private final ConnectionRoom.Share room;

    UntakenAnswers(Http2RemoteFlowController windows, ChannelHandlerContext context, ConnectionRoom.Share room) {
        this.windows = windows;
        this.context = context;
        this.room = room;
    }

    @Override
    public void addFlowControlled(Http2Stream stream, FlowControlled frame) {
        // An answer that has begun goes on, with its trailers: who sends one in pieces waits for room by himself.
        boolean hasBegun = windows.hasFlowControlled(stream) || frame.size() == 0;
        if (hasBegun) {
            room.add(frame.size());
        }
        if (hasBegun || room.take(frame.size())) {
            windows.addFlowControlled(stream, new Counted(frame));
        } else {
            frame.error(
                    context, ConnectionRoom.refusal(stream.id(), "the client takes too little of what it is answered"));
        }
    }

    /** A frame, which grows when further ones join it, and is written piece by piece. */
    private final class Counted implements FlowControlled {
        private final FlowControlled frame;
        private long heldBytes;

        Counted(FlowControlled frame) {
            this.frame = frame;
            this.heldBytes = frame.size();
        }

        @Override
        public int size() {
            return frame.size();
        }

        @Override
        public void write(ChannelHandlerContext to, int allowedBytes) {
            frame.write(to, allowedBytes);
            giveBack(heldBytes - frame.size());
        }

        @Override
        public void writeComplete() {
            giveBack(heldBytes);
            frame.writeComplete();
        }

        @Override
        public void error(ChannelHandlerContext on, Throwable cause) {
            giveBack(heldBytes);
            frame.error(on, cause);
        }

        @Override
        public boolean merge(ChannelHandlerContext on, FlowControlled next) {
            if (!(next instanceof Counted other) || !frame.merge(on, other.frame)) {
                return false;
            }
            heldBytes += other.heldBytes;
            other.heldBytes = 0;
            return true;
        }

        private void giveBack(long bytes) {
            heldBytes -= bytes;
            room.giveBack(bytes);
        }
    }

    @Override
    public ChannelHandlerContext channelHandlerContext() {
        return windows.channelHandlerContext();
    }

    @Override
    public void channelHandlerContext(ChannelHandlerContext newContext) throws Http2Exception {
        windows.channelHandlerContext(newContext);
    }

    @Override
    public boolean hasFlowControlled(Http2Stream stream) {
        return windows.hasFlowControlled(stream);
    }

    @Override
    public void writePendingBytes() throws Http2Exception {
        windows.writePendingBytes();
    }

    @Override
    public void listener(Listener listener) {
        windows.listener(listener);
    }

    @Override
    public boolean isWritable(Http2Stream stream) {
        return windows.isWritable(stream);
    }

    @Override
    public void channelWritabilityChanged() throws Http2Exception {
        windows.channelWritabilityChanged();
    }

    @Override
    public void updateDependencyTree(int childStreamId, int parentStreamId, short weight, boolean exclusive) {
        windows.updateDependencyTree(childStreamId, parentStreamId, weight, exclusive);
    }

    @Override
    public void initialWindowSize(int newWindowSize) throws Http2Exception {
        windows.initialWindowSize(newWindowSize);
    }

    @Override
    public int initialWindowSize() {
        return windows.initialWindowSize();
    }

    @Override
    public int windowSize(Http2Stream stream) {
        return windows.windowSize(stream);
    }

    @Override
    public void incrementWindowSize(Http2Stream stream, int delta) throws Http2Exception {
        windows.incrementWindowSize(stream, delta);
    }
}
