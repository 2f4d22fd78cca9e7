package io.skipstone.api.rest;

import io.skipstone.api.Writes;
import io.skipstone.model.Limits;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Several keys in one atomic step: {@code /v1/batch} and {@code /v1/txn}. */
@Singleton
class TxnHandlers {
    /** JSON writes base64 for bytes, and escapes; twice the entry is room for both. */
    private static final int JSON_BYTES_PER_ENTRY_BYTE = 2;

    private final Writes writes;
    private final TxnJson json;
    private final BodyLimit maxBody;

    @Inject
    TxnHandlers(Writes writes, Limits limits) {
        this.writes = writes;
        this.json = new TxnJson(writes);
        this.maxBody = new BodyLimit("body", limits.entryBytes() * JSON_BYTES_PER_ENTRY_BYTE);
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethod.POST, "/v1/batch", maxBody, this::batch),
                new Route(HttpMethod.POST, "/v1/txn", maxBody, this::txn));
    }

    private CompletionStage<Reply> batch(RestRequest request) {
        request.query();
        return writes.batch(json.batch(request.body()), request.idempotencyKey())
                .thenApply(committed -> Reply.ok(AnswerJson.batch(committed)));
    }

    private CompletionStage<Reply> txn(RestRequest request) {
        request.query();
        return writes.commit(json.txn(request.body()), request.idempotencyKey())
                .thenApply(committed -> Reply.ok(AnswerJson.txn(committed)));
    }
}
