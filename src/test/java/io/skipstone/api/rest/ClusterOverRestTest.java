package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import org.junit.jupiter.api.Test;

/** A group of one, over REST; several nodes are the subject of {@code ClusterCliIT}. */
@QuarkusTest
@TestProfile(OneNode.class)
class ClusterOverRestTest extends RestTest {
    @Test
    void aGroupOfOneHasOneVoterThatLeads() throws Exception {
        var group = get("/v1/cluster/members").is(200).json();

        assertThat(group.path("groupId").asText())
                .isEqualTo(status.status().groupId().toString());
        assertThat(group.path("settled").asBoolean()).isTrue();
        assertThat(group.path("leader").asText()).isEqualTo("n1");
        assertThat(group.path("members")).hasSize(1);
        var member = group.path("members").path(0);
        assertThat(member.path("nodeId").asText()).isEqualTo("n1");
        assertThat(member.path("incarnation").asText()).matches("[0-9a-f]{16}");
        assertThat(member.path("role").asText()).isEqualTo("voter");
        assertThat(member.path("leader").asBoolean()).isTrue();
        assertThat(member.path("address").asText()).contains(":");
    }

    @Test
    void whoIsAMemberIsSaidByTheStatusOfTheAnswer() throws Exception {
        post("/v1/cluster/members", "{\"member\":\"n1=127.0.0.1:2380\"}").isProblem(409, "member_exists");
        post("/v1/cluster/members/n9/promote", "").isProblem(404, "member_unknown");
        delete("/v1/cluster/members/n9").isProblem(404, "member_unknown");
        post("/v1/cluster/members/n1/promote", "").isProblem(400, "not_a_learner");
    }

    @Test
    void theLastVoterStays() throws Exception {
        delete("/v1/cluster/members/n1").isProblem(400, "would_lose_quorum");

        assertThat(get("/v1/cluster/members").is(200).json().path("members")).hasSize(1);
        put(kv("still"), "served").is(200);
    }

    @Test
    void whatIsMalformedIsRefused() throws Exception {
        post("/v1/cluster/members", "{\"member\":\"n5\"}").isProblem(400, "bad_member");
        post("/v1/cluster/members", "{}").isProblem(400, "missing_field");
        post("/v1/cluster/members", "{\"member\":\"n5=h:1\",\"role\":\"voter\"}")
                .isProblem(400, "unknown_field");
        post("/v1/cluster/members", "{\"member\":\"" + "n".repeat(2000) + "\"}").isProblem(413, "body_too_large");
        delete("/v1/cluster/members/n%201").isProblem(400, "bad_node_id");
        delete("/v1/cluster/members/n1?force=true").isProblem(400, "unknown_parameter");
        post("/v1/cluster/transfer-leader", "{\"to\":\"\"}").isProblem(400, "bad_node_id");
        get("/v1/cluster").isProblem(404, "route_not_found");
        put("/v1/cluster/members", "x").isProblem(405, "method_not_allowed");
    }
}
