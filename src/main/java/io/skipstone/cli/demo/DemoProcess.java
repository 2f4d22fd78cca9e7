package io.skipstone.cli.demo;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Reply;
import io.skipstone.cli.client.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A node as a process of its own, which ends when this one is told to. */
final class DemoProcess {
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final int TAIL_LINES = 3;

    private final DemoNode node;
    private final Process process;
    private boolean wasReady;

    private DemoProcess(DemoNode node, Process process) {
        this.node = node;
        this.process = process;
    }

    /** Starts a node; what it prints goes to its log. */
    static DemoProcess start(DemoNode node, String peers, List<String> command) {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(node.log().toFile()));
        builder.environment().putAll(node.environment(peers));
        try {
            return new DemoProcess(node, builder.start());
        } catch (IOException failure) {
            throw new CliFailure(
                    CliFailure.REFUSED, node.nodeId() + " cannot be started: " + failure.getMessage(), failure);
        }
    }

    DemoNode node() {
        return node;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Of a process that has ended. */
    int exitCode() {
        return process.exitValue();
    }

    /** Whether it has ever been ready. */
    boolean wasReady() {
        return wasReady;
    }

    /** Asks it whether it may serve. */
    boolean isReady() {
        boolean ready = answer(node.management(), "/q/health/ready").isPresent();
        wasReady = wasReady || ready;
        return ready;
    }

    /** Asks it whether it leads. */
    boolean leads() {
        return answer(node.endpoint(), "/v1/status")
                .filter(status -> status.json().path("role").asText().equals("leader"))
                .isPresent();
    }

    /** Empty when it says no, and when it says nothing; whether it lives is another question. */
    private static Optional<Reply> answer(String endpoint, String path) {
        try (var client = new NodeClient(URI.create(endpoint), PROBE_TIMEOUT)) {
            return Optional.of(client.exchange(Request.get(path))).filter(Reply::isSuccess);
        } catch (IOException notListening) {
            return Optional.empty();
        }
    }

    /** Asks it to stop, as a person does with Ctrl-C. */
    void askToStop() {
        process.destroy();
    }

    /** Waits until it has ended, and ends it the hard way after that time. */
    void awaitEnd(Duration grace) {
        try {
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    /** The last lines it printed. */
    String lastWords() {
        Path log = node.log();
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join(
                    System.lineSeparator(), lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
