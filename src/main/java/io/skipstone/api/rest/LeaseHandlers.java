package io.skipstone.api.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.api.LeaseCalls;
import io.skipstone.api.LeaseCalls.TimeToLive;
import io.skipstone.api.LeaseIds;
import io.skipstone.consensus.Leases.Alive;
import io.skipstone.consensus.Reader.Answer;
import io.skipstone.model.GrantedLease;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Leases: {@code /v1/lease}. Ids are strings of digits: many languages cannot hold them as JSON numbers. */
@Singleton
class LeaseHandlers {
    private static final String ALL = "/v1/lease";
    private static final String ONE = ALL + "/{id}";
    private static final BodyLimit SMALL = new BodyLimit("body", 1024);

    private final LeaseCalls leases;

    @Inject
    LeaseHandlers(LeaseCalls leases) {
        this.leases = leases;
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethod.POST, ALL, SMALL, this::grant),
                new Route(HttpMethod.GET, ALL, BodyLimit.NONE, this::list),
                new Route(HttpMethod.GET, ONE, BodyLimit.NONE, this::timeToLive),
                new Route(HttpMethod.POST, ONE + "/keepalive", BodyLimit.NONE, this::keepAlive),
                new Route(HttpMethod.DELETE, ONE, BodyLimit.NONE, this::revoke));
    }

    private CompletionStage<Reply> grant(RestRequest request) {
        request.query();
        JsonFields fields = JsonText.parse(request.body());
        long ttlSeconds = fields.number("ttlSeconds");
        long id = fields.optionalText("id").map(LeaseIds::parse).orElse(LeaseCalls.ANY_ID);
        fields.end();
        return leases.grant(id, ttlSeconds)
                .thenApply(granted -> Reply.ok(named(granted.id()).put("ttlSeconds", granted.ttlSeconds())));
    }

    private CompletionStage<Reply> list(RestRequest request) {
        QueryParams query = request.query("after", "limit");
        long after = query.number("after", "bad_lease_id").orElse(0L);
        long limit = query.number("limit", "bad_limit").orElse(leases.fullPage());
        return leases.list(after, limit).thenApply(page -> Reply.ok(page(page, limit)));
    }

    private CompletionStage<Reply> timeToLive(RestRequest request) {
        boolean keys = request.query("keys").flag("keys");
        return leases.timeToLive(id(request), keys)
                .thenApply(found -> Reply.ok(keys ? withKeys(found) : alive(found.alive())));
    }

    private CompletionStage<Reply> keepAlive(RestRequest request) {
        request.query();
        return leases.keepAlive(id(request)).thenApply(found -> Reply.ok(alive(found)));
    }

    private CompletionStage<Reply> revoke(RestRequest request) {
        request.query();
        return leases.revoke(id(request))
                .thenApply(revoked -> Reply.ok(named(revoked.id())
                        .put("deleted", revoked.keys())
                        .put("revision", revoked.revision())
                        .put("commitTs", revoked.commitTs().toString())));
    }

    private static long id(RestRequest request) {
        return LeaseIds.parse(RawUri.decodePath(request.id()).toUtf8());
    }

    private static ObjectNode named(long id) {
        return JsonText.object().put("id", Long.toString(id));
    }

    private static ObjectNode alive(Alive alive) {
        return lease(alive.lease()).put("remainingMillis", alive.remainingMillis());
    }

    private static ObjectNode lease(GrantedLease lease) {
        return named(lease.id())
                .put("ttlSeconds", lease.ttlSeconds())
                .put("granted", lease.granted().toString())
                .put("keyCount", lease.keys())
                .put("maxKeys", lease.maxKeys());
    }

    private static ObjectNode withKeys(TimeToLive found) {
        ObjectNode json = alive(found.alive());
        ArrayNode keys = json.putArray("keys");
        found.keys().forEach(key -> JsonText.put(keys.addObject(), "key", key.bytes()));
        return json;
    }

    private static ObjectNode page(Answer<List<GrantedLease>> answer, long limit) {
        ObjectNode json = JsonText.object();
        ArrayNode page = json.putArray("leases");
        answer.value().forEach(lease -> page.add(lease(lease)));
        if (answer.value().size() == limit) {
            json.put("next", Long.toString(answer.value().getLast().id()));
        }
        return json.put("revision", answer.revision());
    }
}
