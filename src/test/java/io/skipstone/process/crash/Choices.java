package io.skipstone.process.crash;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.Request;
import io.skipstone.model.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** Chooses a writer's next write, from a seed: of every kind there is, on few keys, so that they meet. */
final class Choices {
    private static final int KEYS = 5;

    /** In the row, in pieces, and over several rows of pieces. */
    private static final int[] VALUE_BYTES = {8, 8, 8, 60, 2_000, 40_000};

    private final Random random;
    private final String prefix;
    private int number;

    Choices(long seed, String prefix) {
        this.random = new Random(seed);
        this.prefix = prefix;
    }

    /** Whether to read before the next write. */
    boolean reads() {
        return random.nextInt(4) == 0;
    }

    String key() {
        return prefix + "k" + random.nextInt(KEYS);
    }

    Change next(Map<String, Cell> before) {
        number++;
        return switch (random.nextInt(8)) {
            case 0 -> delete(before);
            case 1 -> deletePrefix(before);
            case 2, 3 -> batch(before);
            case 4 -> compareAndSet(before);
            default -> put(before);
        };
    }

    private Change put(Map<String, Cell> before) {
        String key = key();
        String value = value();
        String ttl = random.nextInt(4) == 0 ? "?ttl=1h" : "";
        return change(
                Request.put("/v1/kv/" + key + ttl, Bytes.utf8(value)),
                Change.applied(before, Map.of(key, value), Set.of()));
    }

    private Change delete(Map<String, Cell> before) {
        String key = key();
        return change(Request.delete("/v1/kv/" + key), Change.applied(before, Map.of(), Set.of(key)));
    }

    /** All keys that batches write. */
    private Change deletePrefix(Map<String, Cell> before) {
        Set<String> doomed = before.keySet().stream()
                .filter(key -> key.startsWith(prefix + "t"))
                .collect(Collectors.toSet());
        return change(Request.delete("/v1/kv?prefix=" + prefix + "t"), Change.applied(before, Map.of(), doomed));
    }

    /** The same value under several keys, and one key gone: half of it would show. */
    private Change batch(Map<String, Cell> before) {
        var puts = new LinkedHashMap<String, String>();
        String value = value();
        for (int i = 0; i < 4; i++) {
            puts.put(prefix + "t" + i, value);
        }
        String gone = key();
        ObjectNode body = Json.object();
        operations(body.putArray("operations"), puts, gone);
        return change(Request.postJson("/v1/batch", Json.write(body)), Change.applied(before, puts, Set.of(gone)));
    }

    /** Succeeds or not, as chosen; either way it is one entry, and one of two branches. */
    private Change compareAndSet(Map<String, Cell> before) {
        String key = key();
        boolean succeeds = random.nextBoolean();
        long version = before.containsKey(key) ? before.get(key).version() : 0;
        Map<String, String> then = Map.of(prefix + "then", value());
        Map<String, String> otherwise = Map.of(prefix + "else", value());
        ObjectNode body = Json.object();
        body.putArray("compare")
                .addObject()
                .put("key", key)
                .put("target", "version")
                .put("relation", "=")
                .put("version", succeeds ? version : version + 1);
        operations(body.putArray("then"), then, key);
        operations(body.putArray("else"), otherwise, key);
        return change(
                Request.postJson("/v1/txn", Json.write(body)),
                Change.applied(before, succeeds ? then : otherwise, Set.of(key)));
    }

    private static void operations(ArrayNode operations, Map<String, String> puts, String delete) {
        puts.forEach((key, value) ->
                operations.addObject().putObject("put").put("key", key).put("value", value));
        operations.addObject().putObject("delete").put("key", delete);
    }

    private Change change(Request request, Map<String, Cell> after) {
        boolean isOnce = random.nextBoolean();
        return new Change(isOnce ? request.with("Idempotency-Key", prefix + "once-" + number) : request, isOnce, after);
    }

    private String value() {
        String text = prefix + number + "-";
        int bytes = VALUE_BYTES[random.nextInt(VALUE_BYTES.length)];
        return text + "v".repeat(Math.max(0, bytes - text.length()));
    }
}
