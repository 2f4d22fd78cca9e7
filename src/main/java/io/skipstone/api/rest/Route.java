package io.skipstone.api.rest;

import io.vertx.core.http.HttpMethod;
import java.util.concurrent.CompletionStage;

/**
 * One method on one path.
 *
 * @param path as the OpenAPI document names it; {@code {key}}, if there is one, stands at the end and takes all that follows, {@code
 *     {id}} takes one segment
 * @param body what the request carries
 */
record Route(HttpMethod method, String path, BodyLimit body, Handler handler) {
    private static final String KEY = "{key}";
    private static final String ID = "{id}";

    /** Answers a request, on an event loop: never blocks. May throw what its stage may fail with. */
    @FunctionalInterface
    interface Handler {
        CompletionStage<Reply> handle(RestRequest request);
    }

    boolean takesKey() {
        return path.endsWith(KEY);
    }

    boolean matches(String rawPath) {
        if (takesKey()) {
            return rawPath.startsWith(before(KEY));
        }
        return takesId() ? hasId(rawPath) : rawPath.equals(path);
    }

    /** What the path names: a key or an id, still encoded; empty when it names neither. */
    String parameter(String rawPath) {
        if (takesKey()) {
            return rawPath.substring(before(KEY).length());
        }
        return takesId()
                ? rawPath.substring(
                        before(ID).length(), rawPath.length() - afterId().length())
                : "";
    }

    private boolean takesId() {
        return path.contains(ID);
    }

    private boolean hasId(String rawPath) {
        return rawPath.startsWith(before(ID))
                && rawPath.endsWith(afterId())
                && rawPath.length() > path.length() - ID.length()
                && parameter(rawPath).indexOf('/') < 0;
    }

    private String before(String name) {
        return path.substring(0, path.indexOf(name));
    }

    private String afterId() {
        return path.substring(path.indexOf(ID) + ID.length());
    }
}
