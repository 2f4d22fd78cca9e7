package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Reads server-sent events as they come. */
public final class EventStream implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpResponse<InputStream> response;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    /** One event; the end of the stream is one of the name {@code end}. */
    public record Event(String name, Optional<String> id, JsonNode data) {}

    private EventStream(URI uri, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri).GET();
        if (headers.length > 0) {
            request.headers(headers);
        }
        response = http.send(request.build(), BodyHandlers.ofInputStream());
    }

    /** Opens a stream that must be one, and reads its first event, which says where it begins. */
    public static EventStream open(URI node, String query, String... headers) throws IOException, InterruptedException {
        var stream = new EventStream(URI.create(node.resolve("/") + "v1/watch" + query), headers);
        assertThat(stream.response.statusCode()).isEqualTo(200);
        assertThat(stream.response.headers().firstValue("Content-Type")).contains("text/event-stream");
        Thread.ofVirtual().start(stream::read);
        return stream;
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String name = "";
            Optional<String> id = Optional.empty();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = Optional.of(line.substring(4));
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    events.add(new Event(name, id, JSON.readTree(line.substring(6))));
                    id = Optional.empty();
                }
            }
        } catch (IOException | UncheckedIOException cut) {
            // The test that cut it, or that waits for what does not come, says what it thinks of it.
            events.add(new Event("cut", Optional.empty(), JSON.createObjectNode()));
            return;
        }
        events.add(new Event("end", Optional.empty(), JSON.createObjectNode()));
    }

    public Event next() throws InterruptedException {
        Event next = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("an event within %d s", PATIENCE_SECONDS).isNotNull();
        return next;
    }

    public Event next(String name) throws InterruptedException {
        Event next = next();
        assertThat(next.name()).as("%s", next).isEqualTo(name);
        return next;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
