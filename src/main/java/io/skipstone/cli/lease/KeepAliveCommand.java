package io.skipstone.cli.lease;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.PatientClient;
import io.skipstone.cli.client.Pause;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Terminal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "keep-alive",
        description = "Keeps a lease alive until this command is stopped; exit code 1 when the lease is gone.")
final class KeepAliveCommand implements Callable<Integer> {
    /** How often within the time that it lives: two requests may get lost. */
    private static final long TIMES = 3;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Parameters(paramLabel = "ID", description = "The lease, as grant printed it.")
    private long id;

    @Option(names = "--once", description = "Only once.")
    private boolean once;

    KeepAliveCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (NodeClient client = connection.open()) {
            PatientClient patient = Connection.patient(client, LONGEST_PAUSE);
            while (true) {
                Optional<JsonNode> alive =
                        OneLease.answer(patient.ask(Request.post(OneLease.path(id) + "/keepalive")), terminal);
                if (alive.isEmpty()) {
                    return CliFailure.NOT_FOUND;
                }
                long ttlSeconds = alive.get().path("ttlSeconds").asLong();
                terminal.out().println("lives " + ttlSeconds + " s");
                terminal.out().flush();
                if (once) {
                    return 0;
                }
                Pause.rest(pause(ttlSeconds));
            }
        }
    }

    private static Duration pause(long ttlSeconds) {
        Duration third = Duration.ofSeconds(ttlSeconds).dividedBy(TIMES);
        return third.compareTo(LONGEST_PAUSE) < 0 ? third : LONGEST_PAUSE;
    }
}
