package io.skipstone.api.rest;

import io.skipstone.api.ErrorMapping;
import io.skipstone.api.RefusedException;
import io.skipstone.model.Bytes;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.model.SkipstoneException.TooLarge;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Collects the body of one request as it arrives, and gives up as soon as it is known to be too large, too slow or one too
 * many. On the event loop of the request; nothing waits on a thread.
 */
final class BodyReader {
    private final HttpServerRequest request;
    private final BodyLimit limit;
    private final BodyBudget budget;
    private final Vertx vertx;
    private final CompletableFuture<Bytes> body = new CompletableFuture<>();
    private Buffer collected = Buffer.buffer(0);
    private long timer = -1;

    private BodyReader(HttpServerRequest request, BodyLimit limit, BodyBudget budget, Vertx vertx) {
        this.request = request;
        this.limit = limit;
        this.budget = budget;
        this.vertx = vertx;
    }

    /**
     * Reads the body.
     *
     * @param timeoutMillis the whole body has arrived by then
     * @return fails with {@code TooLarge}, {@code BadRequest}, {@code Overloaded} or a refusal, having dropped what it held
     */
    static CompletionStage<Bytes> read(
            HttpServerRequest request, BodyLimit limit, long timeoutMillis, BodyBudget budget, Vertx vertx) {
        var reader = new BodyReader(request, limit, budget, vertx);
        reader.start(timeoutMillis);
        return reader.body;
    }

    private void start(long timeoutMillis) {
        if (announcesTooMuch()) {
            fail(overLimit());
            return;
        }
        request.exceptionHandler(lost -> fail(new RefusedException(
                ErrorMapping.REQUEST_TIMEOUT, "request_incomplete", "the connection ended before the request did")));
        request.handler(this::collect);
        request.endHandler(end -> complete());
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        request.resume();
        if (!body.isDone()) {
            timer = vertx.setTimer(
                    timeoutMillis,
                    fired -> fail(new RefusedException(
                            ErrorMapping.REQUEST_TIMEOUT,
                            "request_timeout",
                            "the body did not arrive within " + timeoutMillis + " ms")));
        }
    }

    private boolean announcesTooMuch() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return false;
        }
        try {
            return Long.parseLong(length) > limit.maxBytes();
        } catch (NumberFormatException beyondLong) {
            return true;
        }
    }

    private void collect(Buffer chunk) {
        if (body.isDone()) {
            return;
        }
        if (collected.length() + (long) chunk.length() > limit.maxBytes()) {
            fail(overLimit());
        } else if (!budget.take(chunk.length())) {
            fail(new Overloaded("too many request bodies are arriving at once; wait and repeat"));
        } else {
            collected.appendBuffer(chunk);
        }
    }

    private RuntimeException overLimit() {
        return limit.maxBytes() == 0
                ? new BadRequest("unexpected_body", "this request takes no body")
                : new TooLarge(
                        limit.name() + "_too_large",
                        "the " + limit.name() + " is over the " + limit.maxBytes() + " bytes allowed here");
    }

    private void complete() {
        byte[] bytes = collected.getBytes();
        if (release()) {
            body.complete(Bytes.wrap(bytes));
        }
    }

    private void fail(RuntimeException failure) {
        if (release()) {
            body.completeExceptionally(failure);
        }
    }

    /** Drops what was collected; false if that has happened already. */
    private boolean release() {
        if (body.isDone()) {
            return false;
        }
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        budget.giveBack(collected.length());
        collected = Buffer.buffer(0);
        return true;
    }
}
