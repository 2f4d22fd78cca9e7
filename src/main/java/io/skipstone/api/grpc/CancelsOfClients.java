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
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Tells a stream that its client went away. Vert.x' gRPC server (4.5) hears of a reset from the request only, and a request that is
 * complete, which that of a stream of answers always is, does not hear of it any more; the response does.
 */
@Singleton
public class CancelsOfClients implements ServerInterceptor {
    private static final Context.Key<HttpConnection> CONNECTION = Context.key("skipstone.connection");

    /** Quarkus makes one. */
    CancelsOfClients() {}

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

    /** Quarkus keeps it there while a call begins (its own RoutingContextGrpcInterceptor takes it from there). */
    public static RoutingContext http() {
        return Optional.ofNullable(Vertx.currentContext())
                .map(context -> context.<RoutingContext>getLocal(RoutingContext.class.getName()))
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
