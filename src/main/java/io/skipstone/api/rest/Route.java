package io.skipstone.api.rest;

import io.vertx.core.http.HttpMethod;
import java.util.concurrent.CompletionStage;

/**
 * One method on one path.
 *
 * @param path as the OpenAPI document names it; {@code {key}}, if there is one, stands at the end and takes all that follows
 * @param body what the request carries
 */
record Route(HttpMethod method, String path, BodyLimit body, Handler handler) {
    private static final String KEY = "{key}";

    /** Answers a request, on an event loop: never blocks. May throw what its stage may fail with. */
    @FunctionalInterface
    interface Handler {
        CompletionStage<Reply> handle(RestRequest request);
    }

    boolean takesKey() {
        return path.endsWith(KEY);
    }

    boolean matches(String rawPath) {
        return takesKey() ? rawPath.startsWith(prefix()) : rawPath.equals(path);
    }

    /** What follows the prefix of the route: the key, still encoded. */
    String encodedKey(String rawPath) {
        return takesKey() ? rawPath.substring(prefix().length()) : "";
    }

    private String prefix() {
        return path.substring(0, path.length() - KEY.length());
    }
}
