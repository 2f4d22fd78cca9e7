package io.skipstone.cli.client;

import io.skipstone.model.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The REST interface of a node, or of whichever of several nodes answers: it stays with one as long as that one serves. Any thread;
 * connections are kept open and reused.
 */
public final class NodeClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final Endpoints endpoints;
    private final Duration timeout;
    private final HttpClient http;

    /**
     * @param timeout for one request, from sending it to the end of its answer
     */
    public NodeClient(URI endpoint, Duration timeout) {
        this(List.of(endpoint), timeout);
    }

    /**
     * @param endpoints nodes of one group, at least one; tried in turn
     * @param timeout for one request to one node, from sending it to the end of its answer
     */
    public NodeClient(List<URI> endpoints, Duration timeout) {
        this.endpoints = new Endpoints(endpoints);
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /** The node that is spoken to now. */
    public URI endpoint() {
        return endpoints.current();
    }

    /** Speaks to the next node from now on. */
    public void moveOn() {
        endpoints.leave(endpoints.current());
    }

    /**
     * Sends one request and waits for its answer, whatever it says. Asks each node once at most: the next one when a node cannot be
     * reached or cannot serve now, and, if that is harmless, when no answer came.
     *
     * @throws IOException there is no answer: the request may have been received or not
     */
    public Reply exchange(Request request) throws IOException {
        Optional<Reply> refused = Optional.empty();
        for (int left = endpoints.count(); ; left--) {
            URI endpoint = endpoints.current();
            try {
                Reply reply = exchange(endpoint, request);
                if (left == 1 || !isElsewhere(reply)) {
                    return reply;
                }
                refused = Optional.of(reply);
            } catch (IOException noAnswer) {
                endpoints.leave(endpoint);
                boolean mayGoOn = wasNeverSent(noAnswer) || request.isHarmlessTwice();
                if (Thread.currentThread().isInterrupted() || !mayGoOn) {
                    throw noAnswer;
                }
                if (left == 1) {
                    return refused.orElseThrow(() -> noAnswer);
                }
            }
            endpoints.leave(endpoint);
        }
    }

    private Reply exchange(URI endpoint, Request request) throws IOException {
        HttpResponse<byte[]> response = send(endpoint, request, BodyHandlers.ofByteArray());
        return new Reply(response.statusCode(), response.headers(), Bytes.wrap(response.body()));
    }

    private static boolean isElsewhere(Reply reply) {
        return !reply.isSuccess() && Problem.of(reply).isOfThisNode();
    }

    /** Whether the node cannot have received anything of the request. */
    static boolean wasNeverSent(IOException noAnswer) {
        return noAnswer instanceof ConnectException || noAnswer instanceof HttpConnectTimeoutException;
    }

    /**
     * Sends one request to the node that is spoken to now, and waits for the beginning of its answer; the timeout then counts from one piece of it to the next.
     *
     * @throws IOException there is no answer
     */
    public StreamedReply stream(Request request) throws IOException {
        HttpResponse<InputStream> response = send(endpoints.current(), request, BodyHandlers.ofInputStream());
        return new StreamedReply(response.statusCode(), response.headers(), response.body(), timeout);
    }

    private <T> HttpResponse<T> send(URI endpoint, Request request, BodyHandler<T> bodies) throws IOException {
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
        String message = wasNeverSent(cause)
                ? "cannot reach a node at " + endpoints
                        + "; start one with 'skipstone run', or name another with --endpoint"
                : "no answer from the node at " + endpoints + " ("
                        + cause.getClass().getSimpleName() + "); a write may or may not have taken effect";
        return new CliFailure(CliFailure.UNREACHABLE, message, cause);
    }

    @Override
    public void close() {
        // Not close(): that waits for requests nobody waits for any more.
        http.shutdownNow();
    }
}
