package io.skipstone.cli.lease;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Problem;
import io.skipstone.cli.client.Reply;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Terminal;
import java.util.Optional;

/** Requests for one lease. */
final class OneLease {
    static final String ALL = "/v1/lease";

    private OneLease() {}

    /** Where it is. */
    static String path(long id) {
        if (id < 1) {
            throw new CliFailure(CliFailure.USAGE, "a lease id is a number from 1, as grant printed it");
        }
        return ALL + "/" + id;
    }

    /** The answer; empty, with a word to the person, if there is no such lease. */
    static Optional<JsonNode> ask(NodeClient client, Request request, Terminal terminal) {
        return answer(client.ask(request), terminal);
    }

    /** The answer in a reply; empty, with a word to the person, if there is no such lease. */
    static Optional<JsonNode> answer(Reply reply, Terminal terminal) {
        if (reply.isSuccess()) {
            return Optional.of(reply.json());
        }
        var problem = Problem.of(reply);
        if (!"lease_not_found".equals(problem.code())) {
            throw problem.toFailure();
        }
        terminal.err().println("not found: " + problem.detail());
        return Optional.empty();
    }
}
