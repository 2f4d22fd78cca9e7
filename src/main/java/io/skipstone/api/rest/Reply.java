package io.skipstone.api.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.model.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param body is not sent, but measured, when the request was a HEAD
 */
public record Reply(int status, Map<String, String> headers, Body body) {
    public static Reply of(int status, Map<String, String> headers, Bytes body) {
        return new Reply(status, headers, new Body.Whole(body));
    }

    static Reply json(int status, JsonNode json) {
        return of(status, Map.of("Content-Type", "application/json"), JsonText.write(json));
    }

    static Reply ok(JsonNode json) {
        return json(200, json);
    }

    public Reply with(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, body);
    }
}
