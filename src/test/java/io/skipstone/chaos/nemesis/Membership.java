package io.skipstone.chaos.nemesis;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.chaos.cluster.ChaosCluster;
import io.skipstone.chaos.cluster.Server;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Reply;
import io.skipstone.cli.client.Request;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/** An operator who changes the group, asks whoever answers, and goes on asking until it is so. */
final class Membership {
    private static final Duration DONE_WITHIN = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(300);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
    private static final String MEMBERS = "/v1/cluster/members";

    private final ChaosCluster cluster;

    Membership(ChaosCluster cluster) {
        this.cluster = cluster;
    }

    /** Adds a node that has been started. */
    void add(Server server) {
        byte[] member = Json.write(Json.object().put("member", server.peer()));
        until(server, Optional.of("learner"), Request.postJson(MEMBERS, member));
    }

    /** Lets a learner vote. */
    void promote(Server server) {
        until(server, Optional.of("voter"), Request.post(MEMBERS + "/" + server.name() + "/promote"));
    }

    void remove(Server server) {
        until(server, Optional.empty(), Request.delete(MEMBERS + "/" + server.name()));
    }

    /** Asks once for another leader; whether that comes about is nobody's business. */
    void transferLeader() {
        ask(Request.post("/v1/cluster/transfer-leader"));
    }

    /** A change whose answer was lost, or that came at a bad time, is looked at and asked for again. */
    private void until(Server server, Optional<String> role, Request change) {
        Awaitility.await(server.name() + " is to be " + role.orElse("no member"))
                .atMost(DONE_WITHIN)
                .pollInterval(POLL)
                .until(() -> {
                    Optional<JsonNode> members = ask(Request.get(MEMBERS))
                            .filter(answer -> !answer.path("leader").isMissingNode());
                    if (members.isEmpty()) {
                        return false;
                    }
                    boolean isSo = role(members.get(), server).equals(role)
                            && members.get().path("settled").asBoolean();
                    if (!isSo) {
                        ask(change);
                    }
                    return isSo;
                });
    }

    private static Optional<String> role(JsonNode members, Server server) {
        for (JsonNode member : members.path("members")) {
            if (member.path("nodeId").asText().equals(server.name())) {
                return Optional.of(member.path("role").asText());
            }
        }
        return Optional.empty();
    }

    /** The first good answer of a founder. */
    private Optional<JsonNode> ask(Request request) {
        for (Server founder : cluster.founders()) {
            var address = URI.create("http://127.0.0.1:" + founder.endpoint().port());
            Optional<JsonNode> answer = ask(address, request);
            if (answer.isPresent()) {
                return answer;
            }
        }
        return Optional.empty();
    }

    private static Optional<JsonNode> ask(URI address, Request request) {
        try (var client = new NodeClient(address, CALL_TIMEOUT)) {
            Reply reply = client.exchange(request);
            return reply.isSuccess() ? Optional.of(reply.json()) : Optional.empty();
        } catch (IOException down) {
            return Optional.empty();
        }
    }
}
