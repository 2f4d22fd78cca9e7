package io.skipstone.cli.client;

import io.skipstone.model.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One request to a node.
 *
 * @param path with its query, starting with a slash
 * @param body empty when there is none
 */
public record Request(String method, String path, Map<String, String> headers, Bytes body) {
    public Request {
        headers = Map.copyOf(headers);
    }

    public static Request get(String path) {
        return new Request("GET", path, Map.of(), Bytes.EMPTY);
    }

    public static Request delete(String path) {
        return new Request("DELETE", path, Map.of(), Bytes.EMPTY);
    }

    public static Request put(String path, Bytes body) {
        return new Request("PUT", path, Map.of("Content-Type", "application/octet-stream"), body);
    }

    public static Request post(String path) {
        return new Request("POST", path, Map.of(), Bytes.EMPTY);
    }

    public static Request postJson(String path, byte[] json) {
        return new Request("POST", path, Map.of("Content-Type", "application/json"), Bytes.wrap(json));
    }

    /** Whether it may be sent again when it is not known whether it arrived. */
    boolean isHarmlessTwice() {
        return method.equals("GET") || headers.containsKey("Idempotency-Key");
    }

    public Request with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Request(method, path, more, body);
    }

    /** Collects the parameters of a query; each value is encoded. */
    public static final class Query {
        private final List<String> parameters = new ArrayList<>();

        public Query add(String name, Bytes value) {
            parameters.add(name + "=" + PercentEncoding.encode(value));
            return this;
        }

        public Query add(String name, String value) {
            return add(name, Bytes.utf8(value));
        }

        public Query add(String name, long value) {
            return add(name, Long.toString(value));
        }

        /** The parameters with their question mark, or nothing when there are none. */
        @Override
        public String toString() {
            return parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
        }
    }
}
