package io.skipstone.api.rest;

import io.skipstone.api.PageToken;
import io.skipstone.api.ReadRequest;
import io.skipstone.api.Scans;
import io.skipstone.api.Writes;
import io.skipstone.consensus.Reader;
import io.skipstone.model.Bytes;
import io.skipstone.model.KeyRange;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Many keys: {@code /v1/kv}. */
@Singleton
class ScanHandlers {
    private static final String PATH = "/v1/kv";

    private final Scans scans;
    private final Writes writes;
    private final Reader reader;

    @Inject
    ScanHandlers(Scans scans, Writes writes, Reader reader) {
        this.scans = scans;
        this.writes = writes;
        this.reader = reader;
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethod.GET, PATH, BodyLimit.NONE, this::scanOrCount),
                new Route(HttpMethod.DELETE, PATH, BodyLimit.NONE, this::deletePrefix));
    }

    private CompletionStage<Reply> scanOrCount(RestRequest request) {
        QueryParams query = request.query(
                "prefix", "start", "end", "limit", "reverse", "keysOnly", "countOnly", "at", "read", "page");
        KeyRange range = Scans.range(query.bytes("prefix"), query.bytes("start"), query.bytes("end"));
        ReadRequest read = query.read();
        return query.flag("countOnly") ? count(query, range, read) : scan(query, range, read);
    }

    private CompletionStage<Reply> count(QueryParams query, KeyRange range, ReadRequest read) {
        for (String other : List.of("limit", "reverse", "keysOnly", "page")) {
            if (query.has(other)) {
                throw new BadRequest("contradictory_parameters", "countOnly does not go with " + other);
            }
        }
        return reader.count(range, read.at(), read.consistency())
                .thenApply(answer -> Reply.ok(AnswerJson.count(answer)));
    }

    private CompletionStage<Reply> scan(QueryParams query, KeyRange range, ReadRequest read) {
        var scan = new PageToken.Scan(
                range,
                query.flag("reverse") ? Order.DESCENDING : Order.ASCENDING,
                query.flag("keysOnly") ? Content.KEYS_ONLY : Content.KEYS_AND_VALUES,
                read);
        Optional<PageToken> before = query.text("page").map(text -> PageToken.decodeText(text, scan));
        return scans.page(scan, query.number("limit", "bad_limit"), before)
                .thenApply(page -> Reply.ok(AnswerJson.page(page, page.next().map(next -> next.encodeText(scan)))));
    }

    private CompletionStage<Reply> deletePrefix(RestRequest request) {
        QueryParams query = request.query("prefix", "exclude", "all");
        if (request.header("If-Match").isPresent()
                || request.header("If-None-Match").isPresent()) {
            throw new BadRequest("bad_condition", "a prefix delete takes no condition on a revision");
        }
        var delete = writes.deletePrefix(
                query.bytes("prefix").orElse(Bytes.EMPTY),
                query.bytes("exclude").orElse(Bytes.EMPTY),
                query.flag("all"));
        return writes.conditional(delete, Optional.empty(), request.idempotencyKey())
                .thenApply(committed -> Reply.ok(AnswerJson.deleted(committed)));
    }
}
