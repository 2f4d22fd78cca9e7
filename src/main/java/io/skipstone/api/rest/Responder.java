package io.skipstone.api.rest;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** Sends the one answer of a request; on its event loop. */
public final class Responder {
    /**
     * A request that is answered before it has arrived whole: how long what still comes is thrown away before the connection is
     * closed. Closing at once would reset the connection, and most clients would never see the answer.
     */
    private static final long LINGER_MILLIS = 1_000;

    private final HttpServerRequest request;
    private final Vertx vertx;

    public Responder(HttpServerRequest request, Vertx vertx) {
        this.request = request;
        this.vertx = vertx;
    }

    public void send(Reply reply) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            drop(reply.body());
            return;
        }
        boolean early = !request.isEnded();
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        if (early && request.version() != HttpVersion.HTTP_2) {
            response.putHeader("Connection", "close");
        }
        end(response, reply);
        if (early) {
            throwAwayTheRest();
        }
    }

    private void end(HttpServerResponse response, Reply reply) {
        if (reply.status() == 304) {
            response.end();
            drop(reply.body());
            return;
        }
        reply.body()
                .lengthBytes()
                .ifPresentOrElse(
                        length -> response.putHeader("Content-Length", Long.toString(length)),
                        () -> response.setChunked(true));
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end();
            drop(reply.body());
            return;
        }
        switch (reply.body()) {
            case Body.Whole(var bytes) -> response.end(Buffer.buffer(bytes.array()));
            case Body.Streamed streamed -> streamed.sendTo(response);
        }
    }

    private static void drop(Body body) {
        switch (body) {
            case Body.Whole _ -> {
                // Holds memory only.
            }
            case Body.Streamed streamed -> streamed.drop();
        }
    }

    private void throwAwayTheRest() {
        long timer = vertx.setTimer(LINGER_MILLIS, fired -> hangUp());
        request.exceptionHandler(lost -> vertx.cancelTimer(timer));
        request.handler(chunk -> {});
        request.endHandler(end -> {
            vertx.cancelTimer(timer);
            if (request.version() != HttpVersion.HTTP_2) {
                request.connection().close();
            }
        });
        request.resume();
    }

    /** Ends what is left: the stream of HTTP/2, the whole connection of HTTP/1. */
    private void hangUp() {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset();
        } else {
            request.connection().close();
        }
    }
}
