package io.skipstone.api;

import io.skipstone.model.Leaving;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Asks clients to go elsewhere while this node leaves. Whoever balances load sends new connections to other nodes by then, but an open
 * connection stays where it is until one of its ends closes it; if that is this one, a request that is just being sent is lost.
 *
 * <p>So the client is asked to do it: over HTTP/1 by {@code Connection: close} with the answer to its next request, over HTTP/2, and so
 * gRPC, by a GOAWAY behind that answer. Requests that came before are answered as ever. One that crosses the GOAWAY is dropped, and the
 * client knows from the number in it that nobody looked at that one: libraries send it again elsewhere, unasked (RFC 9113, 6.8).
 */
@Singleton
public class Farewell {
    /** Before every door. */
    private static final int ROUTE_ORDER = -2_000;

    private static final int NO_ERROR = 0;

    private final Leaving node;

    public Farewell(Leaving node) {
        this.node = node;
    }

    void mount(@Observes Router router) {
        router.route().order(ROUTE_ORDER).handler(this::pass);
    }

    private void pass(RoutingContext routing) {
        if (node.isLeaving()) {
            say(routing);
        }
        routing.next();
    }

    private static void say(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (request.version() == HttpVersion.HTTP_2) {
            routing.addEndHandler(answered -> request.connection().goAway(NO_ERROR));
        } else {
            request.response().putHeader("Connection", "close");
        }
    }
}
