package io.skipstone.api.rest;

import io.skipstone.model.Bytes;
import io.skipstone.model.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;

/** The bodies of requests that are arriving at this node, all within one budget. */
@Singleton
public class Bodies {
    /** A request body that has not arrived after this long is given up, however many bytes trickle in. */
    static final long TIMEOUT_MILLIS = 30_000;

    private final BodyBudget budget;
    private final Vertx vertx;

    @Inject
    Bodies(Limits limits, Vertx vertx) {
        this.budget = new BodyBudget(limits.proposalBytes());
        this.vertx = vertx;
    }

    /** Reads a body, on the event loop of its request; fails as {@link BodyReader#read} does. */
    public CompletionStage<Bytes> read(HttpServerRequest request, BodyLimit limit) {
        return BodyReader.read(request, limit, TIMEOUT_MILLIS, budget, vertx);
    }
}
