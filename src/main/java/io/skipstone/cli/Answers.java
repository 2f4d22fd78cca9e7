package io.skipstone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Problem;
import io.skipstone.cli.client.Reply;
import io.skipstone.cli.terminal.Table;
import io.skipstone.cli.terminal.Terminal;

/** What a write came to, for a person. */
final class Answers {
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;

    private Answers() {}

    /** An answer in two columns. */
    static String table(JsonNode answer) {
        var table = new Table();
        answer.properties().forEach(field -> add(table, "", field.getKey(), field.getValue()));
        return table.toString();
    }

    /** A position is one cell; any other object is a group of rows. */
    private static void add(Table table, String group, String name, JsonNode value) {
        if (value.has("term") && value.has("index") && value.size() == 2) {
            table.row(
                    group + name,
                    value.get("term").asText() + ":" + value.get("index").asText());
        } else if (value.isObject()) {
            value.properties().forEach(field -> add(table, group + name + ".", field.getKey(), field.getValue()));
        } else {
            table.row(group + name, value.isValueNode() ? value.asText() : value.toString());
        }
    }

    /** Prints where the write stands in history and returns the exit code. */
    static int print(Reply reply, Terminal terminal) {
        if (reply.status() == PRECONDITION_FAILED || reply.status() == CONFLICT) {
            terminal.err().println("nothing changed: " + Problem.of(reply).detail());
            return CliFailure.NOT_FOUND;
        }
        if (!reply.isSuccess()) {
            throw Problem.of(reply).toFailure();
        }
        JsonNode answer = reply.json();
        String deleted =
                answer.has("deleted") ? "deleted " + answer.get("deleted").asLong() + ", " : "";
        terminal.out()
                .println(deleted + "revision " + answer.path("revision").asLong() + ", at ts:"
                        + answer.path("commitTs").asText());
        return 0;
    }
}
