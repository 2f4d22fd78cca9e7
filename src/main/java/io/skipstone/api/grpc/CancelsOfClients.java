package io.skipstone.api.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.skipstone.model.InvariantViolation;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Tells a stream that its client went away. Vert.x' gRPC server (4.5) hears of a reset from the request only, and a request that is
 * complete, which that of a stream of answers always is, does not hear of it any more; the response does.
 */
@Singleton
public class CancelsOfClients implements ServerInterceptor {
    /** Before every door. */
    private static final int ROUTE_ORDER = -1_994;

    private static final String HTTP = "skipstone.http";
    private static final Context.Key<HttpConnection> CONNECTION = Context.key("skipstone.connection");

    /** Quarkus makes one. */
    CancelsOfClients() {}

    void mount(@Observes Router router) {
        router.route().order(ROUTE_ORDER).handler(CancelsOfClients::note);
    }

    /**
     * Notes the HTTP request in the context of its stream, for as long as that is there. Quarkus (3.27) does so too and forgets it at once, and
     * begins the call later than that if the connection has no room to write: the more the client is answered, the likelier.
     */
    private static void note(RoutingContext routing) {
        Optional.ofNullable(Vertx.currentContext()).ifPresent(context -> context.putLocal(HTTP, routing));
        routing.next();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var noted = new Noted<>(call);
        RoutingContext http = http();
        Context here = on(http.request().connection());
        ServerCall.Listener<Q> listener = Contexts.interceptCall(here, noted, headers, next);
        http.addEndHandler(ended -> {
            if (!noted.closed) {
                noted.closed = true;
                listener.onCancel();
            }
        });
        return listener;
    }

    /** Where a call on this connection is at home; for those who begin calls by themselves. */
    public static Context on(HttpConnection connection) {
        return Context.current().withValue(CONNECTION, connection);
    }

    /** The connection of the call that a service is called with now; compared by identity. A call of one request is called when that is complete. */
    public static Object connection() {
        return Optional.<Object>ofNullable(CONNECTION.get())
                .orElseThrow(() -> new InvariantViolation("a gRPC call without its connection"));
    }

    /** Of the call that begins now. */
    public static RoutingContext http() {
        return Optional.ofNullable(Vertx.currentContext())
                .map(context -> context.<RoutingContext>getLocal(HTTP))
                .orElseThrow(() -> new InvariantViolation("a gRPC call without its HTTP request"));
    }

    /** A call that knows whether it was answered to its end. */
    private static final class Noted<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private boolean closed;

        Noted(ServerCall<Q, A> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            closed = true;
            super.close(status, trailers);
        }
    }
}
