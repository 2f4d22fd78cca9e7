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
        return Table.of(answer).toString();
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
