package io.skipstone.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.terminal.Columns;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Who is in a group, as a node answers it. */
public record Members(JsonNode json) {
    /** A member that the leader has not heard of for this long is told of: it is sent something twice a second. */
    private static final long SILENT_MILLIS = 2_000;

    /** What the node that answers believes is the end of the log. */
    long logEnd() {
        return json.path("logEnd").asLong();
    }

    Optional<String> leader() {
        return text(json, "leader");
    }

    Optional<JsonNode> named(String nodeId) {
        return members()
                .filter(member -> member.path("nodeId").asText().equals(nodeId))
                .findFirst();
    }

    /** How much of the log the member is known to hold; empty while nobody knows. */
    Optional<Long> matched(String nodeId) {
        return named(nodeId).filter(member -> member.has("matched")).map(member -> member.get("matched")
                .asLong());
    }

    /** A row for each member, and below what is to be said of all. */
    public String table() {
        var table = new Columns("node", "role", "address", "behind", "silent", "client", "incarnation");
        members()
                .forEach(member -> table.row(
                        member.path("nodeId").asText(),
                        role(member),
                        member.path("address").asText(),
                        behind(member),
                        silent(member),
                        member.path("client").asText(),
                        member.path("incarnation").asText()));
        return table + System.lineSeparator() + remarks();
    }

    private String remarks() {
        String group = "group " + json.path("groupId").asText() + ", term "
                + json.path("term").asLong() + ", log end " + logEnd();
        String leader = leader().isPresent() ? "" : "; no leader is known, so this is what the node last heard";
        String change = json.path("settled").asBoolean(true) ? "" : "; a change of members is half done";
        return group + leader + change;
    }

    private Stream<JsonNode> members() {
        return json.path("members").valueStream();
    }

    private static String role(JsonNode member) {
        return member.path("leader").asBoolean()
                ? "leader"
                : member.path("role").asText();
    }

    private String behind(JsonNode member) {
        if (!member.has("matched")) {
            return "?";
        }
        return String.format(
                Locale.ROOT, "%,d", Math.max(0, logEnd() - member.get("matched").asLong()));
    }

    private static String silent(JsonNode member) {
        long millis = member.path("silentMillis").asLong();
        return millis < SILENT_MILLIS ? "" : millis / 1_000 + " s";
    }

    private static Optional<String> text(JsonNode object, String name) {
        return object.path(name).isTextual() ? Optional.of(object.get(name).asText()) : Optional.empty();
    }
}
