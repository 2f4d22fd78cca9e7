package io.skipstone.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.model.Bytes;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A node's answer to one request. */
public record Reply(int status, HttpHeaders headers, Bytes body) {
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /**
     * The body as JSON.
     *
     * @throws CliFailure it is none
     */
    public JsonNode json() {
        try {
            return Json.parse(body.array());
        } catch (IOException notJson) {
            throw new CliFailure(
                    CliFailure.REFUSED,
                    "the answer is not JSON; does --endpoint name the client port of a Skipstone node?",
                    notJson);
        }
    }

    /** The headers that speak of the key, by name. */
    public SortedMap<String, String> metaHeaders() {
        var meta = new TreeMap<String, String>();
        headers.map().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.equals("etag") || lower.startsWith("skipstone-")) {
                meta.put(lower, String.join(", ", values));
            }
        });
        return meta;
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }
}
