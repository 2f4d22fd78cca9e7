package io.skipstone.api.rest;

import io.skipstone.api.LeaderHint;
import io.skipstone.api.MomentText;
import io.skipstone.api.Numbers;
import io.skipstone.api.Scans;
import io.skipstone.api.WatchSlots;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.watch.WatchFrom;
import io.skipstone.watch.WatchSpec;
import io.skipstone.watch.Watches;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Changes as they happen, as server-sent events: {@code /v1/watch}. */
@Singleton
class WatchHandlers {
    private final Watches watches;
    private final WatchSlots slots;
    private final LeaderHint leader;
    private final Vertx vertx;

    @Inject
    WatchHandlers(Watches watches, WatchSlots slots, LeaderHint leader, Vertx vertx) {
        this.watches = watches;
        this.slots = slots;
        this.leader = leader;
        this.vertx = vertx;
    }

    List<Route> routes() {
        return List.of(new Route(HttpMethod.GET, "/v1/watch", BodyLimit.NONE, this::watch));
    }

    private CompletionStage<Reply> watch(RestRequest request) {
        QueryParams query = request.query("key", "prefix", "start", "end", "from", "previous", "progressMillis");
        var spec = new WatchSpec(
                keys(query),
                from(query, request.header("Last-Event-ID")),
                query.flag("previous"),
                query.number("progressMillis", "bad_progress").orElse(WatchSpec.DEFAULT_PROGRESS_MILLIS));
        var stream = new WatchStream(vertx.getOrCreateContext(), slots.take(request.connection()), leader);
        try {
            return watches.watch(spec, stream::signal)
                    .whenComplete((watch, failure) -> stream.begin(Optional.ofNullable(watch)))
                    .thenApply(watch -> new Reply(
                            200, Map.of("Content-Type", "text/event-stream", "Cache-Control", "no-store"), stream));
        } catch (RuntimeException refused) {
            stream.drop();
            throw refused;
        }
    }

    private static KeyRange keys(QueryParams query) {
        Optional<Bytes> prefix = query.bytes("prefix");
        Optional<Bytes> start = query.bytes("start");
        Optional<Bytes> end = query.bytes("end");
        Optional<Key> key = query.bytes("key").map(Key::new);
        if (key.isPresent() && (prefix.isPresent() || start.isPresent() || end.isPresent())) {
            throw new BadRequest("contradictory_range", "either a key, or a prefix, or a start and an end");
        }
        return key.map(Key::asRange).orElseGet(() -> Scans.range(prefix, start, end));
    }

    private static WatchFrom from(QueryParams query, Optional<String> lastEventId) {
        WatchFrom from = query.text("from").map(MomentText::parseFrom).orElse(WatchFrom.now());
        return lastEventId.map(WatchHandlers::revision).map(from::after).orElse(from);
    }

    private static long revision(String lastEventId) {
        long revision = Numbers.parse(lastEventId, WatchHandlers::badEventId);
        if (revision == Long.MAX_VALUE) {
            throw badEventId();
        }
        return revision;
    }

    private static BadRequest badEventId() {
        return new BadRequest("bad_event_id", "Last-Event-ID is the id of an event of a watch: a revision");
    }
}
