package io.skipstone.cli.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listens as a node does, gives to each route the answers that a test wrote, and remembers what it was asked. */
public final class ScriptedNode implements AutoCloseable {
    private final HttpServer http;
    private final Map<String, Queue<Answer>> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** What comes back; a status of 0 breaks the connection instead. */
    private record Answer(int status, String body) {}

    public ScriptedNode() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::answer);
        http.start();
    }

    /**
     * The next answer of a route; the last one stays.
     *
     * @param route such as {@code GET /v1/status}
     */
    public ScriptedNode on(String route, int status, String body) {
        answers.computeIfAbsent(route, none -> new ArrayDeque<>()).add(new Answer(status, body));
        return this;
    }

    /** A refusal as nodes write them. */
    public ScriptedNode refuse(String route, int status, String code, boolean retryable) {
        return on(
                route,
                status,
                "{\"code\":\"" + code + "\",\"detail\":\"because of " + code + "\",\"retryable\":" + retryable + "}");
    }

    /** Receives the request, and breaks the connection instead of answering. */
    public ScriptedNode hangUpOn(String route) {
        return on(route, 0, "");
    }

    /** Each request: its route, and its body if it has one. */
    public List<String> asked() {
        return asked;
    }

    public URI uri() {
        return URI.create(endpoint());
    }

    public String endpoint() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String route =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add((route + " " + body).strip());
        Queue<Answer> queue = answers.getOrDefault(route, new ArrayDeque<>(List.of(new Answer(404, "{}"))));
        Answer answer = queue.size() > 1 ? queue.remove() : queue.element();
        if (answer.status() != 0) {
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
