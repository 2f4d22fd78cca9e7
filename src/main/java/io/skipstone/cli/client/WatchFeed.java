package io.skipstone.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The changes of a watch, in order and each once, whichever nodes tell them: where one ends, the next goes on behind what was had. One
 * thread.
 */
public final class WatchFeed {
    private final NodeClient client;
    private final String path;
    private final Backoff backoff;
    private Optional<String> lastEventId = Optional.empty();

    /** Fragments of a revision that has not been told whole. */
    private final List<JsonNode> fragments = new ArrayList<>();

    /**
     * @param path of the watch, with its query
     * @param backoff between nodes that tell nothing; begins anew with each one that does
     */
    public WatchFeed(NodeClient client, String path, Backoff backoff) {
        this.client = client;
        this.path = path;
        this.backoff = backoff;
    }

    /**
     * Hands over changes, each of which is a whole revision or a part of one that is there as a whole, until one is answered with false.
     * Called again, goes on behind that one.
     *
     * @throws CliFailure the watch is refused, its history is gone, or no node tells anything
     */
    public void read(Predicate<JsonNode> change) {
        Backoff.Pauses pauses = backoff.pauses(RandomGenerator.getDefault());
        Optional<IOException> lost = Optional.empty();
        while (true) {
            Optional<String> before = lastEventId;
            try (StreamedReply reply = client.stream(request())) {
                if (!follow(reply, change)) {
                    return;
                }
                lost = Optional.empty();
            } catch (IOException cut) {
                lost = Optional.of(cut);
            }
            if (!lastEventId.equals(before)) {
                pauses = backoff.pauses(RandomGenerator.getDefault());
            }
            client.moveOn();
            rest(pauses, lost);
        }
    }

    private void rest(Backoff.Pauses pauses, Optional<IOException> lost) {
        Optional<Duration> pause = pauses.next(Optional.empty());
        if (pause.isEmpty()) {
            throw lost.map(client::unreachable)
                    .orElseGet(() -> new CliFailure(CliFailure.UNREACHABLE, "no node tells of changes now"));
        }
        Pause.rest(pause.get());
    }

    private Request request() {
        Request request = Request.get(path);
        return lastEventId.map(id -> request.with("Last-Event-ID", id)).orElse(request);
    }

    /** Returns whether another node is to go on. */
    private boolean follow(StreamedReply reply, Predicate<JsonNode> change) throws IOException {
        if (reply.status() != 200) {
            Problem problem = Problem.of(reply.toReply());
            if (!problem.worthRepeating()) {
                throw problem.toFailure();
            }
            return true;
        }
        fragments.clear();
        var lines = new BufferedReader(new InputStreamReader(reply.body(), StandardCharsets.UTF_8));
        String name = "";
        Optional<String> id = Optional.empty();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("event: ")) {
                name = line.substring("event: ".length());
            } else if (line.startsWith("id: ")) {
                id = Optional.of(line.substring("id: ".length()));
            } else if (line.startsWith("data: ")) {
                byte[] data = line.substring("data: ".length()).getBytes(StandardCharsets.UTF_8);
                boolean more = take(name, Json.parse(data), change);
                lastEventId = id.or(() -> lastEventId);
                id = Optional.empty();
                if (!more) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean take(String name, JsonNode data, Predicate<JsonNode> change) {
        switch (name) {
            case "change" -> {
                fragments.add(data);
                if (data.path("fragment").asBoolean()) {
                    return true;
                }
                boolean more = fragments.stream().allMatch(change);
                fragments.clear();
                return more;
            }
            case "cancelled" -> {
                if (!data.path("retryable").asBoolean()) {
                    throw new CliFailure(
                            CliFailure.REFUSED,
                            "the node ends the watch (" + data.path("code").asText() + "): "
                                    + data.path("detail").asText());
                }
                return true;
            }
            default -> {
                // Where it begins and how far it is: the id says it too.
                return true;
            }
        }
    }
}
