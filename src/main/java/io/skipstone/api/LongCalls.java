package io.skipstone.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Keeps a connection from being cut as idle while a call waits on it: a client may wait in silence for as long as nothing changes. So the
 * connection is pinged; and as it is never idle then, also when nobody is at its other end any more, it is cut when pings are not answered.
 */
@Singleton
public class LongCalls {
    /** Before every door. */
    private static final int ROUTE_ORDER = -1_990;

    /** Calls over gRPC that may be silent for long: as long as their client likes, or as a walk over the whole store takes. */
    private static final Set<String> PATHS = Set.of(
            "/skipstone.v1.Watch/Watch",
            "/skipstone.v1.Lease/KeepAlive",
            "/grpc.health.v1.Health/Watch",
            "/etcdserverpb.Watch/Watch",
            "/etcdserverpb.Lease/LeaseKeepAlive",
            "/etcdserverpb.Maintenance/Hash",
            "/etcdserverpb.Maintenance/HashKV",
            "/v3lockpb.Lock/Lock",
            "/v3electionpb.Election/Campaign",
            "/v3electionpb.Election/Observe");

    private static final int PINGS_PER_IDLE_TIMEOUT = 2;

    private final long everyMillis;

    /** Pings as often as the server's limit for idle connections asks for. */
    @Inject
    public LongCalls(@ConfigProperty(name = "quarkus.http.idle-timeout") Duration idleTimeout) {
        this.everyMillis = Math.max(1, idleTimeout.toMillis() / PINGS_PER_IDLE_TIMEOUT);
    }

    void mount(@Observes Router router) {
        router.route().order(ROUTE_ORDER).handler(this::pass);
    }

    private void pass(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (request.version() == HttpVersion.HTTP_2 && PATHS.contains(String.valueOf(request.path()))) {
            begin(routing);
        }
        routing.next();
    }

    private void begin(RoutingContext call) {
        var pings = new Pings(call.request().connection());
        long timer = call.vertx().setPeriodic(everyMillis, tick -> pings.next());
        call.addEndHandler(ended -> call.vertx().cancelTimer(timer));
    }

    /** Those of one call. On its event loop. */
    private static final class Pings {
        /** One of HTTP/2 has as many (RFC 9113, 6.7). */
        private static final int BYTES = 8;

        private final HttpConnection connection;
        private int unanswered;

        Pings(HttpConnection connection) {
            this.connection = connection;
        }

        void next() {
            if (unanswered == PINGS_PER_IDLE_TIMEOUT) {
                cut();
            } else {
                unanswered++;
                connection.ping(Buffer.buffer(new byte[BYTES])).onSuccess(answer -> unanswered = 0);
            }
        }

        /** As an idle one is: nobody is there to be told. */
        private void cut() {
            if (connection instanceof ConnectionBase base) {
                var _ = base.channelHandlerContext().close();
            }
        }
    }
}
