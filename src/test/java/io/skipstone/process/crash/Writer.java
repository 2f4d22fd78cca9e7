package io.skipstone.process.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Reply;
import io.skipstone.cli.client.Request;
import io.skipstone.model.Timestamp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A client that writes one thing after the other to keys of its own, and knows what they must show: after each answer exactly one
 * state, after a write without an answer one of two.
 */
final class Writer {
    private static final int OK = 200;
    private static final int TOO_MANY = 429;
    private static final int FAILED = 500;
    private static final int NOT_READY = 503;
    private static final int UNKNOWN = 504;

    private final String prefix;
    private final Choices choices;
    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private Map<String, Cell> keys = Map.of();
    private Optional<Change> unanswered = Optional.empty();

    Writer(long seed, int number) {
        this.prefix = "w" + number + "/";
        this.choices = new Choices(seed * 1_000 + number, prefix);
    }

    /** Writes until there is no answer or that many are acknowledged. */
    void run(NodeClient client, int most, Runnable onAcknowledged) {
        for (int i = 0; i < most; i++) {
            if ((choices.reads() && !read(client, choices.key())) || !write(client, choices.next(keys))) {
                return;
            }
            onAcknowledged.run();
        }
    }

    private boolean read(NodeClient client, String key) {
        Reply reply;
        try {
            reply = client.exchange(Request.get("/v1/kv/" + key));
        } catch (IOException gone) {
            return false;
        }
        if (reply.status() == NOT_READY || reply.status() == FAILED) {
            return false;
        }
        Optional<String> found = reply.status() == OK ? Optional.of(reply.body().toUtf8()) : Optional.empty();
        assertThat(found)
                .as("linearizable read of %s", key)
                .isEqualTo(Optional.ofNullable(keys.get(key)).map(Cell::value));
        return true;
    }

    private boolean write(NodeClient client, Change change) {
        Reply reply;
        try {
            reply = client.exchange(change.request());
        } catch (IOException gone) {
            unanswered = Optional.of(change);
            return false;
        }
        return switch (reply.status()) {
            case OK -> {
                acknowledge(change, reply.json());
                yield true;
            }
            // Nothing was proposed.
            case NOT_READY, TOO_MANY -> false;
            case UNKNOWN, FAILED -> {
                unanswered = Optional.of(change);
                yield false;
            }
            default ->
                throw new AssertionError(change.request() + " -> " + reply.status() + " "
                        + reply.body().toUtf8());
        };
    }

    private void acknowledge(Change change, JsonNode answer) {
        acknowledged.add(new Acknowledged(
                answer.path("revision").asLong(),
                new Timestamp(Long.parseLong(answer.path("commitTs").asText()))));
        keys = change.after();
    }

    /**
     * Looks at its keys after a crash: every acknowledged write is there, the one without an answer is there as a whole or not at all.
     * If it may be sent again, that is done, and it has taken effect once.
     */
    void settle(NodeClient client) throws IOException {
        Map<String, Cell> found = shown(client);
        assertThat(found)
                .as("keys of writer %s", prefix)
                .isIn(keys, unanswered.map(Change::after).orElse(keys));
        keys = found;
        if (unanswered.isPresent() && unanswered.get().isOnce()) {
            Change again = unanswered.get();
            Reply reply = client.exchange(again.request());
            assertThat(reply.status())
                    .as("%s again: %s", again.request(), reply.body().toUtf8())
                    .isEqualTo(OK);
            acknowledge(again, reply.json());
            assertThat(shown(client))
                    .as("keys of writer %s after a repetition", prefix)
                    .isEqualTo(keys);
        }
        unanswered = Optional.empty();
    }

    private Map<String, Cell> shown(NodeClient client) throws IOException {
        var shown = new TreeMap<String, Cell>();
        Reply reply = client.exchange(Request.get("/v1/kv?prefix=" + prefix));
        assertThat(reply.status()).as(reply.body().toUtf8()).isEqualTo(OK);
        for (JsonNode item : reply.json().path("items")) {
            shown.put(
                    item.path("key").asText(),
                    new Cell(item.path("value").asText(), item.path("version").asLong()));
        }
        assertThat(reply.json().has("next")).as("all keys on one page").isFalse();
        return shown;
    }

    List<Acknowledged> acknowledged() {
        return acknowledged;
    }
}
