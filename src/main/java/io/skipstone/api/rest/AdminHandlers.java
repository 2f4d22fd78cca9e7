package io.skipstone.api.rest;

import io.skipstone.api.MomentText;
import io.skipstone.api.Writes;
import io.skipstone.consensus.Admin;
import io.skipstone.model.StatusSource;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What an operator asks of one node: {@code /v1/status}, {@code /v1/pin}, {@code /v1/compact}. */
@Singleton
class AdminHandlers {
    private static final int COMPACT_BODY_BYTES = 1024;

    private final Writes writes;
    private final Admin admin;
    private final StatusSource status;

    @Inject
    AdminHandlers(Writes writes, Admin admin, StatusSource status) {
        this.writes = writes;
        this.admin = admin;
        this.status = status;
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethod.GET, "/v1/status", BodyLimit.NONE, this::status),
                new Route(HttpMethod.POST, "/v1/pin", BodyLimit.NONE, this::pin),
                new Route(HttpMethod.POST, "/v1/compact", new BodyLimit("body", COMPACT_BODY_BYTES), this::compact));
    }

    private CompletionStage<Reply> status(RestRequest request) {
        request.query();
        return CompletableFuture.completedStage(Reply.ok(AnswerJson.status(status.status())));
    }

    private CompletionStage<Reply> pin(RestRequest request) {
        request.query();
        return admin.pin().thenApply(pinned -> Reply.ok(JsonText.object().set("pinned", AnswerJson.position(pinned))));
    }

    private CompletionStage<Reply> compact(RestRequest request) {
        request.query();
        JsonFields fields = JsonText.parse(request.body());
        var at = MomentText.parse(fields.text("at"));
        fields.end();
        return writes.compact(at).thenApply(floor -> Reply.ok(JsonText.object().put("gcFloor", floor.toString())));
    }
}
