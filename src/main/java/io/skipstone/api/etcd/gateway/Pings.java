package io.skipstone.api.etcd.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * Keeps a connection from being cut as idle while a call waits on it: a client of etcd may wait in silence for as long as nothing changes. On
 * the event loop of the call.
 */
final class Pings {
    /** Half of what {@code quarkus.http.idle-timeout} allows. */
    private static final long EVERY_MILLIS = 30_000;

    /** A ping of HTTP/2 has as many (RFC 9113, 6.7). */
    private static final int PING_BYTES = 8;

    /** Calls over gRPC that may take as long as their client likes. */
    private static final Set<String> LONG_CALLS = Set.of(
            "/etcdserverpb.Watch/Watch",
            "/etcdserverpb.Lease/LeaseKeepAlive",
            "/v3lockpb.Lock/Lock",
            "/v3electionpb.Election/Campaign",
            "/v3electionpb.Election/Observe");

    private Pings() {}

    static boolean areFor(HttpServerRequest request, String path) {
        return LONG_CALLS.contains(path) && request.version() == HttpVersion.HTTP_2;
    }

    /** Begins, and ends with the call. */
    static void begin(RoutingContext call, Vertx vertx) {
        HttpConnection connection = call.request().connection();
        long timer = vertx.setPeriodic(EVERY_MILLIS, tick -> {
            // Nobody needs its answer: a connection that is lost ends its streams.
            var _ = connection.ping(Buffer.buffer(new byte[PING_BYTES]));
        });
        call.addEndHandler(ended -> vertx.cancelTimer(timer));
    }
}
