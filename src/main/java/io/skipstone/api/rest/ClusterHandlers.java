package io.skipstone.api.rest;

import io.skipstone.api.ClusterCalls;
import io.skipstone.model.Membership;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Who is in the group, and changes of it: {@code /v1/cluster}. Any node answers. */
@Singleton
class ClusterHandlers {
    private static final String MEMBERS = "/v1/cluster/members";
    private static final String ONE = MEMBERS + "/{id}";
    private static final BodyLimit SMALL = new BodyLimit("body", 1024);

    private final ClusterCalls cluster;

    @Inject
    ClusterHandlers(ClusterCalls cluster) {
        this.cluster = cluster;
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethod.GET, MEMBERS, BodyLimit.NONE, this::members),
                new Route(HttpMethod.POST, MEMBERS, SMALL, this::add),
                new Route(HttpMethod.POST, ONE + "/promote", BodyLimit.NONE, this::promote),
                new Route(HttpMethod.DELETE, ONE, BodyLimit.NONE, this::remove),
                new Route(HttpMethod.POST, "/v1/cluster/transfer-leader", SMALL, this::transferLeader),
                new Route(HttpMethod.POST, "/v1/cluster/step-down", BodyLimit.NONE, this::stepDown));
    }

    private CompletionStage<Reply> members(RestRequest request) {
        request.query();
        return reply(cluster.members());
    }

    private CompletionStage<Reply> add(RestRequest request) {
        request.query();
        JsonFields fields = JsonText.parse(request.body());
        String member = fields.text("member");
        fields.end();
        return reply(cluster.add(member));
    }

    private CompletionStage<Reply> promote(RestRequest request) {
        request.query();
        return reply(cluster.promote(nodeId(request)));
    }

    private CompletionStage<Reply> remove(RestRequest request) {
        request.query();
        return reply(cluster.remove(nodeId(request)));
    }

    /** Without a body, or without {@code to}: to whichever member has caught up. */
    private CompletionStage<Reply> transferLeader(RestRequest request) {
        request.query();
        if (request.body().isEmpty()) {
            return reply(cluster.transferLeadership(Optional.empty()));
        }
        JsonFields fields = JsonText.parse(request.body());
        Optional<String> to = fields.optionalText("to");
        fields.end();
        return reply(cluster.transferLeadership(to));
    }

    private CompletionStage<Reply> stepDown(RestRequest request) {
        request.query();
        return cluster.stepDown()
                .thenApply(
                        stepped -> Reply.ok(MembershipJson.of(stepped.group()).put("ledBefore", stepped.ledBefore())));
    }

    private static String nodeId(RestRequest request) {
        return RawUri.decodePath(request.id()).toUtf8();
    }

    private static CompletionStage<Reply> reply(CompletionStage<Membership> change) {
        return change.thenApply(group -> Reply.ok(MembershipJson.of(group)));
    }
}
