package io.skipstone.api;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what clients over HTTP/2 make this node hold: answers that they do not take, and messages of gRPC that they do not end. Vert.x (4.5)
 * and Netty hold any amount of both. A stream beyond it is reset with ENHANCE_YOUR_CALM, which gRPC calls RESOURCE_EXHAUSTED; the others of its
 * connection go on.
 *
 * <p>How many streams a connection may have is {@code quarkus.http.limits.max-concurrent-streams}.
 */
@Singleton
public class ConnectionRoom {
    /** What one connection may have of each kind is this part of the heap. */
    private static final int PART_OF_HEAP = 8;

    /** All connections together may have this many times what one may have. */
    private static final int CONNECTIONS = 2;

    /** Before every door. */
    private static final int ROUTE_ORDER = -1_996;

    private static final String GRPC = "application/grpc";

    private final long connectionBytes;
    private final Node answers;
    private final Node messages;

    /** As much as the heap of this node allows. */
    @Inject
    public ConnectionRoom() {
        this(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
    }

    /**
     * For tests.
     *
     * @param connectionBytes most bytes of each kind for one connection
     */
    ConnectionRoom(long connectionBytes) {
        this.connectionBytes = connectionBytes;
        this.answers = new Node(connectionBytes * CONNECTIONS);
        this.messages = new Node(connectionBytes * CONNECTIONS);
    }

    /** What all connections hold. Any thread. */
    record Node(long maxBytes, AtomicLong usedBytes) {
        Node(long maxBytes) {
            this(maxBytes, new AtomicLong());
        }
    }

    /** What one connection holds. On its event loop. */
    static final class Share {
        private final Node node;
        private final long maxBytes;
        private long usedBytes;

        Share(Node node, long maxBytes) {
            this.node = node;
            this.maxBytes = maxBytes;
        }

        /** Takes room, if there is enough; who has nothing yet may take any amount: each answer and message has a limit of its own. */
        boolean take(long bytes) {
            boolean fits = usedBytes + bytes <= maxBytes && node.usedBytes().get() + bytes <= node.maxBytes();
            if (!fits && usedBytes > 0) {
                return false;
            }
            add(bytes);
            return true;
        }

        /** Takes room, there or not. */
        void add(long bytes) {
            usedBytes += bytes;
            node.usedBytes().addAndGet(bytes);
        }

        void giveBack(long bytes) {
            usedBytes -= bytes;
            node.usedBytes().addAndGet(-bytes);
        }

        long usedBytes() {
            return usedBytes;
        }
    }

    void mount(@Observes Router router) {
        router.route().order(ROUTE_ORDER).handler(this::pass);
    }

    private void pass(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (request.version() == HttpVersion.HTTP_2
                && request.connection() instanceof ConnectionBase connection
                && connection.channelHandlerContext().handler() instanceof Http2ConnectionHandler http2) {
            ArrivingMessages arriving = watch(http2, connection.channelHandlerContext());
            if (isGrpc(request)) {
                arriving.expect(request.streamId());
            }
        }
        routing.next();
    }

    private static boolean isGrpc(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        return type != null && type.startsWith(GRPC);
    }

    /** Once for each connection, on its event loop. */
    private ArrivingMessages watch(Http2ConnectionHandler http2, ChannelHandlerContext context) {
        Http2FrameListener listener = http2.decoder().frameListener();
        if (listener instanceof ArrivingMessages watched) {
            return watched;
        }
        Http2Connection connection = http2.connection();
        var remote = connection.remote();
        remote.flowController(
                new UntakenAnswers(remote.flowController(), context, new Share(answers, connectionBytes)));
        var arriving = new ArrivingMessages(listener, connection, new Share(messages, connectionBytes));
        http2.decoder().frameListener(arriving);
        return arriving;
    }

    static Http2Exception refusal(int streamId, String what) {
        return Http2Exception.streamError(streamId, Http2Error.ENHANCE_YOUR_CALM, "%s", what);
    }
}
