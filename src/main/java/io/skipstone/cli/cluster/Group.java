package io.skipstone.cli.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.PatientClient;
import io.skipstone.cli.client.PercentEncoding;
import io.skipstone.cli.client.Request;
import java.util.Optional;

/** The group of the nodes that are spoken to. A change is repeated only as long as it is known that nothing changed. */
final class Group implements AutoCloseable {
    private static final String MEMBERS = "/v1/cluster/members";

    private final NodeClient client;
    private final PatientClient patient;

    Group(NodeClient client, PatientClient patient) {
        this.client = client;
        this.patient = patient;
    }

    Members members() {
        return ask(Request.get(MEMBERS));
    }

    Members add(String member) {
        return ask(Request.postJson(MEMBERS, Json.write(Json.object().put("member", member))));
    }

    Members promote(String nodeId) {
        return ask(Request.post(path(nodeId) + "/promote"));
    }

    Members remove(String nodeId) {
        return ask(Request.delete(path(nodeId)));
    }

    Members transferLeader(Optional<String> to) {
        ObjectNode body = Json.object();
        to.ifPresent(nodeId -> body.put("to", nodeId));
        return ask(Request.postJson("/v1/cluster/transfer-leader", Json.write(body)));
    }

    Members stepDown() {
        return ask(Request.post("/v1/cluster/step-down"));
    }

    private Members ask(Request request) {
        return new Members(patient.demandJson(request));
    }

    private static String path(String nodeId) {
        return MEMBERS + "/" + PercentEncoding.encode(nodeId);
    }

    @Override
    public void close() {
        client.close();
    }
}
