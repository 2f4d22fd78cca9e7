package io.skipstone.chaos.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.chaos.history.Action;
import io.skipstone.chaos.history.Guard;
import io.skipstone.chaos.history.Step;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.Request;
import io.skipstone.model.Bytes;
import java.util.List;

/** Actions as REST wants them. */
final class RestRequests {
    private RestRequests() {}

    /** A put or a delete. */
    static Request plain(Step step) {
        return switch (step) {
            case Step.Put(String key, String value) -> Request.put("/v1/kv/" + key, Bytes.utf8(value));
            case Step.Delete(String key) -> Request.delete("/v1/kv/" + key);
            case Step.Get _, Step.GetAll _, Step.DeleteAll _ -> throw new IllegalArgumentException("not one write");
        };
    }

    static Request conditional(Step step, Guard guard) {
        Request request = plain(step);
        return switch (guard) {
            case Guard.Exists exists -> request.with(exists.exists() ? "If-Match" : "If-None-Match", "*");
            case Guard.Unchanged unchanged ->
                request.with("If-Match", "\"" + unchanged.seen().modRevision() + "\"");
            case Guard.HasValue _, Guard.HasVersion _ -> throw new IllegalArgumentException("no ETag");
        };
    }

    static JsonNode batch(List<Step> steps) {
        ObjectNode body = Json.object();
        steps(body.putArray("operations"), steps);
        return body;
    }

    static JsonNode txn(Action action) {
        ObjectNode body = Json.object();
        ArrayNode compares = body.putArray("compare");
        action.guards().forEach(guard -> compare(compares.addObject(), guard));
        return branches(body, action);
    }

    static JsonNode optimistic(Action action, long readTs) {
        ObjectNode body = Json.object();
        ObjectNode reads = body.putObject("reads").put("readTs", Long.toUnsignedString(readTs));
        ArrayNode keys = reads.putArray("keys");
        action.guards().forEach(guard -> keys.addObject().put("key", guard.key()));
        return branches(body, action);
    }

    private static JsonNode branches(ObjectNode body, Action action) {
        steps(body.putArray("then"), action.then());
        if (!action.otherwise().isEmpty()) {
            steps(body.putArray("else"), action.otherwise());
        }
        return body;
    }

    private static void compare(ObjectNode compare, Guard guard) {
        compare.put("key", guard.key()).put("relation", "=");
        switch (guard) {
            case Guard.Exists exists -> compare.put("target", "exists").put("exists", exists.exists());
            case Guard.HasValue has -> compare.put("target", "value").put("value", has.value());
            case Guard.HasVersion has -> compare.put("target", "version").put("version", has.version());
            case Guard.Unchanged unchanged ->
                compare.put("target", "modRevision")
                        .put("modRevision", unchanged.seen().modRevision());
        }
    }

    private static void steps(ArrayNode operations, List<Step> steps) {
        for (Step step : steps) {
            ObjectNode operation = operations.addObject();
            switch (step) {
                case Step.Put(String key, String value) ->
                    operation.putObject("put").put("key", key).put("value", value);
                case Step.Delete(String key) -> operation.putObject("delete").put("key", key);
                case Step.Get(String key) -> operation.putObject("get").put("key", key);
                case Step.GetAll _, Step.DeleteAll _ -> throw new IllegalArgumentException("only alone");
            }
        }
    }
}
