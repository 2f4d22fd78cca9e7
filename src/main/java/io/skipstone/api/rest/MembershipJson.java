package io.skipstone.api.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.model.Member;
import io.skipstone.model.Membership;
import java.util.Locale;

/** Writes who is in a group as JSON. */
final class MembershipJson {
    private MembershipJson() {}

    static ObjectNode of(Membership group) {
        ObjectNode json = JsonText.object();
        json.put("groupId", group.groupId().toString());
        json.put("term", group.term());
        json.put("logEnd", group.logEnd());
        json.put("settled", group.isSettled());
        group.leader().ifPresent(leader -> json.put("leader", leader.id().nodeId()));
        ArrayNode members = json.putArray("members");
        group.members().forEach(member -> members.add(of(member)));
        return json;
    }

    private static ObjectNode of(Member member) {
        ObjectNode json = JsonText.object();
        json.put("nodeId", member.id().nodeId());
        json.put("incarnation", member.id().incarnation());
        json.put("address", member.address().authority());
        json.put("role", member.role().name().toLowerCase(Locale.ROOT));
        json.put("leader", member.isLeader());
        member.matched().ifPresent(matched -> json.put("matched", matched));
        member.silentMillis().ifPresent(silent -> json.put("silentMillis", silent));
        member.client().ifPresent(client -> json.put("client", client));
        return json;
    }
}
