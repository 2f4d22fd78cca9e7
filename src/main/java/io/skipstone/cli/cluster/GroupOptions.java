package io.skipstone.cli.cluster;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.PatientClient.Repeats;
import io.skipstone.cli.terminal.Terminal;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command about the group takes. */
final class GroupOptions {
    private static final int MAX_PATIENCE_SECONDS = 3_600;

    /** A node answers a change after at most half a minute, and says then that it does not know: better than no answer. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(45);

    @Mixin
    private final Connection connection = new Connection();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(
            names = "--patience-seconds",
            paramLabel = "N",
            defaultValue = "15",
            description = "How long to keep trying while there is no leader, another change is under way, or the new"
                    + " node does not answer (default: ${DEFAULT-VALUE}).")
    private int patienceSeconds;

    /** The group; close it. */
    Group open() {
        if (patienceSeconds < 0 || patienceSeconds > MAX_PATIENCE_SECONDS) {
            throw new CliFailure(CliFailure.USAGE, "--patience-seconds lies between 0 and " + MAX_PATIENCE_SECONDS);
        }
        var client = connection.openFor(LONGEST_ANSWER);
        return new Group(
                client, Connection.patient(client, Duration.ofSeconds(patienceSeconds), Repeats.WHAT_CHANGED_NOTHING));
    }

    /** Prints who is in the group, as asked. */
    void print(Members group, Terminal terminal) {
        terminal.out().println(json ? Json.pretty(group.json()) : group.table());
    }
}
