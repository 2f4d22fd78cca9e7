package io.skipstone.cli.snapshot;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Speaks the snapshot routes of a node, over a bad line: one fault for each of the first fetches. */
final class SnapshotServer implements AutoCloseable {
    private final HttpServer http;
    private final SnapshotFile snapshot;
    private final Queue<Fault> faults;
    private final List<Long> fetchedFrom = new CopyOnWriteArrayList<>();
    private int looks;

    /** What happens to one fetch. */
    sealed interface Fault {
        /** The connection breaks when the file has come so far. */
        record BrokenAt(int position) implements Fault {}

        /** A bit of the file tips over on the way. */
        record TippedAt(int position) implements Fault {}

        record Answers(int status, String code, boolean retryable) implements Fault {}
    }

    SnapshotServer(SnapshotFile snapshot, Fault... faults) throws IOException {
        this.snapshot = snapshot;
        this.faults = new ArrayDeque<>(List.of(faults));
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/v1/snapshot", this::make);
        http.createContext("/v1/snapshot/s1", this::look);
        http.createContext("/v1/snapshot/s1/data", this::fetch);
        http.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Where each fetch began. */
    List<Long> fetchedFrom() {
        return fetchedFrom;
    }

    private void make(HttpExchange exchange) throws IOException {
        answer(exchange, 202, "{\"id\":\"s1\",\"state\":\"making\",\"doneBytes\":0,\"totalBytes\":0}");
    }

    private void look(HttpExchange exchange) throws IOException {
        looks++;
        answer(
                exchange,
                200,
                looks < 2
                        ? "{\"id\":\"s1\",\"state\":\"making\",\"doneBytes\":1,\"totalBytes\":2}"
                        : "{\"id\":\"s1\",\"state\":\"ready\",\"snapshot\":{\"id\":\"tag\",\"lengthBytes\":"
                                + snapshot.bytes().length + "}}");
    }

    private void fetch(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        fetchedFrom.add((long) from);
        switch (faults.poll()) {
            case null -> send(exchange, snapshot.bytes(), from, snapshot.bytes().length);
            case Fault.BrokenAt(int position) -> send(exchange, snapshot.bytes(), from, position);
            case Fault.TippedAt(int position) ->
                send(exchange, snapshot.flipped(position).bytes(), from, snapshot.bytes().length);
            case Fault.Answers(int status, String code, boolean retryable) ->
                answer(
                        exchange,
                        status,
                        "{\"code\":\"" + code + "\",\"detail\":\"because\",\"retryable\":" + retryable + "}");
        }
    }

    /** Announces all that is left and sends it up to a position. */
    private static void send(HttpExchange exchange, byte[] bytes, int from, int end) throws IOException {
        exchange.getResponseHeaders().set("ETag", "\"tag\"");
        exchange.sendResponseHeaders(206, bytes.length - from);
        exchange.getResponseBody().write(Arrays.copyOfRange(bytes, from, end));
        exchange.getResponseBody().flush();
        exchange.close();
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
