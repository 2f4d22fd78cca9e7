package io.skipstone.api.rest;

import io.skipstone.api.ErrorMapping;
import io.skipstone.api.LeaseIds;
import io.skipstone.api.ReadRequest;
import io.skipstone.api.RefusedException;
import io.skipstone.api.Ttl;
import io.skipstone.api.Writes;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome.Committed;
import io.skipstone.consensus.Reader;
import io.skipstone.consensus.Reader.Answer;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Limits;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** One key: {@code /v1/kv/{key}} and {@code /v1/commit-ts/{key}}. */
@Singleton
class KeyHandlers {
    private static final String KEY_PATH = "/v1/kv/{key}";

    private final Writes writes;
    private final Reader reader;
    private final Limits limits;

    @Inject
    KeyHandlers(Writes writes, Reader reader, Limits limits) {
        this.writes = writes;
        this.reader = reader;
        this.limits = limits;
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethod.PUT, KEY_PATH, new BodyLimit("value", limits.valueBytes()), this::put),
                new Route(HttpMethod.GET, KEY_PATH, BodyLimit.NONE, this::get),
                new Route(HttpMethod.HEAD, KEY_PATH, BodyLimit.NONE, this::get),
                new Route(HttpMethod.DELETE, KEY_PATH, BodyLimit.NONE, this::delete),
                new Route(HttpMethod.GET, "/v1/commit-ts/{key}", BodyLimit.NONE, this::latestCommit));
    }

    private CompletionStage<Reply> put(RestRequest request) {
        Key key = request.key();
        QueryParams query = request.query("ttl", "lease");
        long ttlMillis = query.text("ttl").map(Ttl::parseMillis).orElse(Ttl.NEVER);
        long lease = query.text("lease").map(LeaseIds::parse).orElse(LeaseIds.NONE);
        return write(request, key, new Operation.Put(key, request.body(), ttlMillis, lease))
                .thenApply(committed ->
                        Reply.ok(AnswerJson.put(committed)).with("ETag", Etags.etag(committed.revision())));
    }

    private CompletionStage<Reply> delete(RestRequest request) {
        Key key = request.key();
        request.query();
        return write(request, key, new Operation.Delete(key))
                .thenApply(committed -> Reply.ok(AnswerJson.deleted(committed)));
    }

    private CompletionStage<Committed> write(RestRequest request, Key key, Operation operation) {
        var condition = Etags.writeCondition(key, request.header("If-Match"), request.header("If-None-Match"));
        return writes.conditional(operation, condition, request.idempotencyKey());
    }

    private CompletionStage<Reply> get(RestRequest request) {
        Key key = request.key();
        ReadRequest read = request.query("at", "read").read();
        Optional<String> ifMatch = request.header("If-Match");
        Optional<String> ifNoneMatch = request.header("If-None-Match");
        return reader.get(key, read.at(), read.consistency())
                .thenApply(answer -> withReadHeaders(
                        conditional(answer.value().orElseThrow(KeyHandlers::notFound), ifMatch, ifNoneMatch), answer));
    }

    private CompletionStage<Reply> latestCommit(RestRequest request) {
        Key key = request.key();
        ReadRequest read = request.query("read").read();
        return reader.latestCommit(key, read.consistency())
                .thenApply(answer -> withReadHeaders(
                        Reply.ok(AnswerJson.commitTs(answer.value().orElseThrow(KeyHandlers::notFound), answer)),
                        answer));
    }

    private static Reply conditional(KeyValue found, Optional<String> ifMatch, Optional<String> ifNoneMatch) {
        if (ifMatch.isPresent() && !Etags.names(ifMatch.get(), found.modRevision())) {
            throw new RefusedException(
                    ErrorMapping.PRECONDITION_FAILED,
                    "precondition_failed",
                    "the key is not as the condition wants it; read it again");
        }
        if (ifNoneMatch.isPresent() && Etags.names(ifNoneMatch.get(), found.modRevision())) {
            return Reply.of(304, Map.of("ETag", Etags.etag(found.modRevision())), Bytes.EMPTY);
        }
        Reply reply = Reply.of(200, Map.of("Content-Type", "application/octet-stream"), found.value())
                .with("ETag", Etags.etag(found.modRevision()))
                .with("Skipstone-Create-Revision", Long.toString(found.createRevision()))
                .with("Skipstone-Mod-Revision", Long.toString(found.modRevision()))
                .with("Skipstone-Version", Long.toString(found.version()))
                .with("Skipstone-Commit-Ts", found.commitTs().toString());
        return found.leaseId() > 0
                ? reply.with("Skipstone-Lease", Long.toString(found.leaseId()))
                : found.expiresAt().isNone()
                        ? reply
                        : reply.with("Skipstone-Expires-At", AnswerJson.time(found.expiresAt()));
    }

    private static Reply withReadHeaders(Reply reply, Answer<?> answer) {
        Reply read = reply.with("Skipstone-Revision", Long.toString(answer.revision()))
                .with("Skipstone-Read-Ts", answer.moment().upTo().toString());
        return answer.applied()
                .map(applied -> read.with("Skipstone-Applied-Index", Long.toString(applied.index())))
                .orElse(read);
    }

    private static RefusedException notFound() {
        return new RefusedException(
                ErrorMapping.NOT_FOUND, "key_not_found", "there is no such key in the state that was read");
    }
}
