package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The {@link Executable} as a server of its own, on free ports and with its own data directory. Ends with the test, whatever happens. */
public final class ServerProcess implements AutoCloseable {
    private static final int HEAP_MIB = 512;
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(60);
    private static final Duration SIGNALLED_WITHIN = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Path dataDir;
    private final Ports ports;
    private final int heapMib;
    private Map<String, String> settings;
    private final Path logFile;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private Process process;

    private ServerProcess(Path dataDir, Ports ports, int heapMib, Map<String, String> settings) throws IOException {
        this.dataDir = dataDir;
        this.ports = ports;
        this.heapMib = heapMib;
        this.settings = Map.copyOf(settings);
        this.logFile = Files.createTempFile("skipstone-it-", ".log");
        this.process = launch();
    }

    /** Starts a node and waits until it is ready. */
    public static ServerProcess start(Path dataDir) throws IOException {
        return start(dataDir, Map.of());
    }

    /**
     * Starts a node and waits until it is ready.
     *
     * @param settings environment variables, on top of directory and ports
     */
    public static ServerProcess start(Path dataDir, Map<String, String> settings) throws IOException {
        return ready(launch(dataDir, Ports.free(), settings));
    }

    /** Starts a node with a heap of this size, and waits until it is ready. */
    public static ServerProcess startSmall(Path dataDir, int heapMib) throws IOException {
        return ready(new ServerProcess(dataDir, Ports.free(), heapMib, Map.of()));
    }

    private static ServerProcess ready(ServerProcess server) throws IOException {
        try {
            server.awaitReady();
            return server;
        } catch (IOException | RuntimeException | Error failure) {
            server.close();
            throw failure;
        }
    }

    /** Starts a node and does not wait: for nodes that are expected to end. */
    public static ServerProcess launch(Path dataDir, Ports ports, Map<String, String> settings) throws IOException {
        return new ServerProcess(dataDir, ports, HEAP_MIB, settings);
    }

    /** Environment variables of its start. */
    public Map<String, String> settings() {
        return settings;
    }

    public Path dataDir() {
        return dataDir;
    }

    public Ports ports() {
        return ports;
    }

    /** Where clients speak to it. */
    public String endpoint() {
        return "http://127.0.0.1:" + ports.client();
    }

    /** Where it answers for itself: {@code /q/health/ready}, {@code /q/metrics}. */
    public String management() {
        return "http://127.0.0.1:" + ports.management();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** All it has printed, of every start. */
    public String log() throws IOException {
        return Files.readString(logFile);
    }

    /** Body of a GET, or an exception when there is no answer. */
    public String get(String url) throws IOException {
        return send(url).body();
    }

    /** What it knows of itself; an exception when there is no answer. */
    public JsonNode status() throws IOException {
        return Json.parse(get(endpoint() + "/v1/status").getBytes(StandardCharsets.UTF_8));
    }

    /** Holds it still (SIGSTOP) until {@link #wake}: it does nothing, and its connections stay. */
    public void freeze() throws IOException {
        signal("STOP");
    }

    public void wake() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                .inheritIO()
                .start();
        try {
            if (!kill.waitFor(SIGNALLED_WITHIN.toMillis(), TimeUnit.MILLISECONDS) || kill.exitValue() != 0) {
                throw new IOException("kill -" + name + " " + pid() + " failed");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while sending a signal", stopped);
        }
    }

    /** Ends it at once, as {@code kill -9} does: nothing is flushed, nobody is told. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Asks it to stop (SIGTERM), waits, and returns its exit code. */
    public int stop() {
        process.destroy();
        return awaitExit();
    }

    /** Waits for it to end by itself. */
    public int awaitExit() {
        try {
            boolean ended = process.waitFor(STOPPED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(ended).as("the server ends within %s", STOPPED_WITHIN).isTrue();
            return process.exitValue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the server to end", stopped);
        }
    }

    /** Starts it again on the same directory and ports, and waits until it is ready. */
    public void restart() throws IOException {
        assertThat(process.isAlive()).as("stopped before it is started again").isFalse();
        process = launch();
        awaitReady();
    }

    /** Starts it again on the same directory and ports with other settings, and does not wait. */
    public void launchAgain(Map<String, String> otherSettings) throws IOException {
        assertThat(process.isAlive()).as("stopped before it is started again").isFalse();
        settings = Map.copyOf(otherSettings);
        process = launch();
    }

    /** Asks it to stop (SIGTERM), and does not wait. */
    public void askToStop() {
        process.destroy();
    }

    /** Waits until it is ready, or has ended; returns whether it is ready. */
    public boolean awaitReadyOrEnd() throws IOException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (process.isAlive() && !isReady()) {
            assertThat(System.nanoTime())
                    .as("ready or ended within %s", READY_WITHIN)
                    .isLessThan(deadline);
            pause();
        }
        return process.isAlive();
    }

    /** Waits until readiness says UP; fails early if the process ends. */
    public void awaitReady() throws IOException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!isReady()) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the server ended with " + process.exitValue() + ":\n" + log());
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the server is not ready after " + READY_WITHIN + ":\n" + log());
            }
            pause();
        }
    }

    private boolean isReady() {
        try {
            return send(management() + "/q/health/ready").statusCode() == 200;
        } catch (IOException notListeningYet) {
            return false;
        }
    }

    private void pause() {
        try {
            process.onExit().get(POLL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillRunning) {
            return;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the server", stopped);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private HttpResponse<String> send(String url) throws IOException {
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the server", stopped);
        }
    }

    private Process launch() throws IOException {
        var builder = new ProcessBuilder(Executable.underTest().command(heapMib, Map.of(), List.of("run")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
        Map<String, String> environment = builder.environment();
        environment.put("SKIPSTONE_DATA_DIR", dataDir.toString());
        environment.put("SKIPSTONE_LISTEN", "127.0.0.1");
        environment.put("SKIPSTONE_CLIENT_PORT", Integer.toString(ports.client()));
        environment.put("SKIPSTONE_PEER_PORT", Integer.toString(ports.peer()));
        environment.put("SKIPSTONE_MANAGEMENT_PORT", Integer.toString(ports.management()));
        // Few entries, so that logs are purged and members need installs.
        environment.put("SKIPSTONE_SNAPSHOT_KEEP_ENTRIES", "1");
        environment.putAll(settings);
        return builder.start();
    }

    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            kill();
        }
        http.shutdownNow();
        Files.deleteIfExists(logFile);
    }
}
