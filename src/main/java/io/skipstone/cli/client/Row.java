package io.skipstone.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.model.Bytes;

/**
 * One row of a scan.
 *
 * @param value empty when only keys were asked for
 * @param json all the node says of it
 */
public record Row(Bytes key, Bytes value, JsonNode json) {
    static Row of(JsonNode item) {
        return new Row(
                Json.bytes(item, "key").orElse(Bytes.EMPTY),
                Json.bytes(item, "value").orElse(Bytes.EMPTY),
                item);
    }
}
