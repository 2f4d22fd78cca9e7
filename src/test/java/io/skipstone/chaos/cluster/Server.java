package io.skipstone.chaos.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.chaos.client.Endpoint;
import io.skipstone.process.Ports;
import io.skipstone.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** One node of a cluster: its name, its directory and ports, and its process while it runs. One thread. */
public final class Server implements AutoCloseable {
    private static final long NO_PROCESS = -1;
    private static final int LAST_WORDS_CHARS = 500;
    private static final String FAIL_STOP = "fail-stop reason=";

    private final String name;
    private final Path directory;
    private final Ports ports;
    private final int peerAddressPort;
    private final Map<String, String> settings;
    private volatile long pid = NO_PROCESS;
    private Optional<ServerProcess> process = Optional.empty();

    /**
     * @param peerAddressPort where the others reach it
     */
    Server(String name, Path directory, Ports ports, int peerAddressPort, Map<String, String> settings) {
        this.name = name;
        this.directory = directory;
        this.ports = ports;
        this.peerAddressPort = peerAddressPort;
        this.settings = Map.copyOf(settings);
    }

    public String name() {
        return name;
    }

    /** As members call it: {@code n1=127.0.0.1:2380}. */
    public String peer() {
        return name + "=127.0.0.1:" + peerAddressPort;
    }

    public Endpoint endpoint() {
        return new Endpoint(name, ports.client());
    }

    int peerPort() {
        return ports.peer();
    }

    int peerAddressPort() {
        return peerAddressPort;
    }

    /** Of its process; one that nobody has while it does not run. Any thread. */
    long pid() {
        return pid;
    }

    Path dataDir() {
        return directory.resolve("data");
    }

    /** Starts its process, and does not wait. */
    public void launch() throws IOException {
        if (process.isEmpty()) {
            process = Optional.of(ServerProcess.launch(dataDir(), ports, settings));
        } else {
            process.get().launchAgain(settings);
        }
        pid = process.get().pid();
    }

    public boolean isRunning() {
        return process.filter(ServerProcess::isAlive).isPresent();
    }

    /** {@code kill -9}. */
    public void kill() {
        process.orElseThrow().kill();
        pid = NO_PROCESS;
    }

    /** Ends it for good: the next one with its name begins with an empty disk. */
    public void killAndForget() throws IOException {
        if (isRunning()) {
            kill();
        }
        Directories.delete(dataDir());
    }

    /** Waits until it is ready, or has ended; returns whether it is ready. */
    public boolean awaitReadyOrEnd() throws IOException {
        return process.orElseThrow().awaitReadyOrEnd();
    }

    /** Waits until it has ended by itself, and returns its exit code. */
    public int awaitEnd() {
        int code = process.orElseThrow().awaitExit();
        pid = NO_PROCESS;
        return code;
    }

    /** How often one of its processes has said that it ends because it must not go on. */
    public int failStops() throws IOException {
        return log().split(FAIL_STOP, -1).length - 1;
    }

    /** Asks it to stop, and returns its exit code. */
    public int stop() {
        int code = process.orElseThrow().stop();
        pid = NO_PROCESS;
        return code;
    }

    /** Holds its process still until {@link #wake}. */
    public void freeze() throws IOException {
        process.orElseThrow().freeze();
    }

    public void wake() throws IOException {
        process.orElseThrow().wake();
    }

    /** Whether it says that it may serve. */
    public boolean isReady() {
        return status().map(status -> status.path("ready").asBoolean()).orElse(false);
    }

    public boolean isLeader() {
        return status().map(status -> status.path("role").asText().equals("leader"))
                .orElse(false);
    }

    /** Log index up to which its store has come; -1 if it does not say. */
    public long appliedIndex() {
        return status().map(status -> status.path("applied").path("index").asLong(-1))
                .orElse(-1L);
    }

    /** What it knows of itself, if it answers. */
    public Optional<JsonNode> status() {
        if (!isRunning()) {
            return Optional.empty();
        }
        try {
            return Optional.of(process.orElseThrow().status());
        } catch (IOException noAnswer) {
            return Optional.empty();
        }
    }

    /** Everything that its processes have printed. */
    public String log() throws IOException {
        return process.isPresent() ? process.get().log() : "";
    }

    /** Its last words. */
    public String endOfLog() throws IOException {
        String log = log();
        return log.substring(Math.max(0, log.length() - LAST_WORDS_CHARS));
    }

    /** Keeps what its processes have printed beside its data. */
    void keepLog() throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("server.log"), log());
    }

    @Override
    public void close() throws IOException {
        if (process.isPresent()) {
            process.get().close();
        }
        pid = NO_PROCESS;
    }
}
