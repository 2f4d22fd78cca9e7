package io.skipstone.cli.client;

import io.skipstone.model.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** One node's REST interface. Any thread; connections are kept open and reused. */
public final class NodeClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final URI endpoint;
    private final Duration timeout;
    private final HttpClient http;

    /**
     * @param timeout for one request, from sending it to the end of its answer
     */
    public NodeClient(URI endpoint, Duration timeout) {
        this.endpoint = endpoint;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /**
     * Sends one request and waits for its answer, whatever it says.
     *
     * @throws IOException there is no answer: the request may have been received or not
     */
    public Reply exchange(Request request) throws IOException {
        HttpResponse<byte[]> response = send(request, BodyHandlers.ofByteArray());
        return new Reply(response.statusCode(), response.headers(), Bytes.wrap(response.body()));
    }

    /**
     * Sends one request and waits for the beginning of its answer; the timeout then counts from one piece of it to the next.
     *
     * @throws IOException there is no answer
     */
    public StreamedReply stream(Request request) throws IOException {
        HttpResponse<InputStream> response = send(request, BodyHandlers.ofInputStream());
        return new StreamedReply(response.statusCode(), response.headers(), response.body(), timeout);
    }

    private <T> HttpResponse<T> send(Request request, BodyHandler<T> bodies) throws IOException {
        var builder = HttpRequest.newBuilder(URI.create(endpoint + request.path()))
                .timeout(timeout)
                .method(
                        request.method(),
                        request.body().isEmpty()
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(request.body().array()));
        request.headers().forEach(builder::header);
        try {
            return http.send(builder.build(), bodies);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the node", stopped);
        }
    }

    /**
     * The node's answer.
     *
     * @throws CliFailure the node cannot be reached
     */
    public Reply ask(Request request) {
        try {
            return exchange(request);
        } catch (IOException noAnswer) {
            throw unreachable(noAnswer);
        }
    }

    /**
     * The node's answer, if it did what was asked.
     *
     * @throws CliFailure the node refused or cannot be reached
     */
    public Reply demand(Request request) {
        Reply reply = ask(request);
        if (!reply.isSuccess()) {
            throw Problem.of(reply).toFailure();
        }
        return reply;
    }

    public CliFailure unreachable(IOException cause) {
        boolean nobodyListens = cause instanceof ConnectException;
        String message = nobodyListens
                ? "cannot reach a node at " + endpoint
                        + "; start one with 'skipstone run', or name another with --endpoint"
                : "no answer from the node at " + endpoint + " ("
                        + cause.getClass().getSimpleName() + "); a write may or may not have taken effect";
        return new CliFailure(CliFailure.UNREACHABLE, message, cause);
    }

    @Override
    public void close() {
        // Not close(): that waits for requests nobody waits for any more.
        http.shutdownNow();
    }
}
