package io.skipstone.api.rest;

import io.skipstone.api.ErrorMapping;
import io.skipstone.api.LeaderHint;
import io.skipstone.api.LoopTurns;
import io.skipstone.api.Refusal;
import io.skipstone.api.RefusedException;
import io.skipstone.model.Bytes;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Where a REST request comes in: everything under {@code /v1}. The raw request target is matched here and not by the router,
 * which folds {@code ..} and {@code //} before it matches.
 */
@Singleton
public class RestDoor {
    /** Before everything that Quarkus mounts except what measures requests. */
    private static final int ROUTE_ORDER = -1_000;

    private static final String ROOT = "/v1";
    private static final Logger LOG = Logger.getLogger(RestDoor.class);

    private final List<Route> routes;
    private final Bodies bodies;
    private final LeaderHint leader;
    private final LoopTurns turns;
    private final Vertx vertx;

    @Inject
    RestDoor(
            KeyHandlers keys,
            ScanHandlers scans,
            TxnHandlers transactions,
            AdminHandlers admin,
            SnapshotHandlers snapshots,
            ClusterHandlers cluster,
            LeaseHandlers leases,
            WatchHandlers watches,
            Bodies bodies,
            LeaderHint leader,
            LoopTurns turns,
            Vertx vertx) {
        this.routes = Stream.of(
                        keys.routes(),
                        scans.routes(),
                        transactions.routes(),
                        admin.routes(),
                        snapshots.routes(),
                        cluster.routes(),
                        leases.routes(),
                        watches.routes())
                .flatMap(List::stream)
                .toList();
        this.bodies = bodies;
        this.leader = leader;
        this.turns = turns;
        this.vertx = vertx;
    }

    void mount(@Observes Router router) {
        router.route().order(ROUTE_ORDER).handler(this::receive);
    }

    /** Every route, for whoever compares them with the document. */
    List<Route> routes() {
        return routes;
    }

    private void receive(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        RawUri uri = RawUri.of(String.valueOf(request.uri()));
        if (!uri.path().equals(ROOT) && !uri.path().startsWith(ROOT + "/")) {
            routing.next();
            return;
        }
        var responder = new Responder(request, vertx);
        Context context = vertx.getOrCreateContext();
        answer(request, uri).whenComplete((reply, failure) -> {
            Reply ready = failure == null ? reply : refuse(failure);
            turns.await(ready.body() instanceof Body.Whole whole ? whole.bytes().length() : 0, context);
            context.runOnContext(here -> responder.send(ready));
        });
    }

    private CompletionStage<Reply> answer(HttpServerRequest request, RawUri uri) {
        List<Route> here =
                routes.stream().filter(route -> route.matches(uri.path())).toList();
        return here.stream()
                .filter(route -> route.method().equals(request.method()))
                .findFirst()
                .map(route -> bodies.read(request, route.body())
                        .thenCompose(body -> route.handler().handle(restRequest(request, route, uri, body))))
                .orElseGet(() -> CompletableFuture.completedStage(noRoute(here)));
    }

    private static RestRequest restRequest(HttpServerRequest request, Route route, RawUri uri, Bytes body) {
        return new RestRequest(
                request.method(),
                route.parameter(uri.path()),
                uri.query(),
                request.headers(),
                body,
                request.connection());
    }

    /** What there is instead: nothing on this path, or other methods. */
    private Reply noRoute(List<Route> here) {
        if (here.isEmpty()) {
            return refuse(new RefusedException(
                    ErrorMapping.NOT_FOUND, "route_not_found", "no route has this path; /q/openapi lists them all"));
        }
        String allowed = here.stream().map(route -> route.method().name()).collect(Collectors.joining(", "));
        return refuse(new RefusedException(
                        ErrorMapping.METHOD_NOT_ALLOWED, "method_not_allowed", "allowed here: " + allowed))
                .with("Allow", allowed);
    }

    private Reply refuse(Throwable failure) {
        Refusal refusal = ErrorMapping.refusal(failure);
        if (refusal.kind() == ErrorMapping.INTERNAL) {
            LOG.error("a REST request failed", failure);
        }
        return Problems.reply(refusal, leader.elsewhere(refusal));
    }
}
