package io.skipstone.api.etcd.gateway;

import io.grpc.Status.Code;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * Calls over gRPC of what etcd's API has and this node has not. Vert.x' gRPC server (4.5) answers them with HTTP's 500, which clients take for a
 * node that fails; here they are answered as every gRPC server does it.
 */
final class UnknownMethods {
    private static final String GRPC = "application/grpc";

    private UnknownMethods() {}

    /** Whether the request is such a call, if nobody has its method. */
    static boolean isCall(HttpServerRequest request, String path) {
        String type = request.getHeader("Content-Type");
        return type != null
                && type.startsWith(GRPC)
                && (path.startsWith("/etcdserverpb.")
                        || path.startsWith("/v3lockpb.")
                        || path.startsWith("/v3electionpb."));
    }

    static void answer(HttpServerRequest request, String path) {
        HttpServerResponse response = request.response();
        response.putHeader("Content-Type", GRPC)
                .putHeader("grpc-status", Integer.toString(Code.UNIMPLEMENTED.value()))
                .putHeader("grpc-message", "unknown method " + path.substring(1));
        var _ = response.end();
    }
}
