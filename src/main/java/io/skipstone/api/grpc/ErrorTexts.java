package io.skipstone.api.grpc;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The text of an error as gRPC has it on the wire: printable ASCII as it is. Vert.x (4.5) encodes what URLs encode, colons among it, and clients
 * that undo no more than gRPC asks for (grpc-js) would see {@code etcdserver%3A key is not provided} and not know what that is.
 */
@Singleton
public class ErrorTexts {
    /** Before every door. */
    private static final int ROUTE_ORDER = -1_990;

    private static final String MESSAGE = "grpc-message";

    void mount(@Observes Router router) {
        router.route().order(ROUTE_ORDER).handler(ErrorTexts::pass);
    }

    private static void pass(RoutingContext routing) {
        routing.addHeadersEndHandler(_ -> mend(routing.response().headers()));
        routing.next();
    }

    private static void mend(MultiMap headers) {
        String message = headers.get(MESSAGE);
        if (message != null && message.indexOf('%') >= 0) {
            headers.set(MESSAGE, encoded(URLDecoder.decode(message, StandardCharsets.UTF_8)));
        }
    }

    /** Percent-encoded as "gRPC over HTTP2" says. */
    static String encoded(String text) {
        var encoded = new StringBuilder(text.length());
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            if (each >= ' ' && each <= '~' && each != '%') {
                encoded.append((char) each);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
            }
        }
        return encoded.toString();
    }
}
