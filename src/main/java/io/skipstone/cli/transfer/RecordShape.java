package io.skipstone.cli.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Json;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;

/** How a JSON value becomes a record. */
sealed interface RecordShape {
    ImportRecord read(JsonNode object, long number) throws BadRecordException;

    /**
     * Rows as an export writes them: {@code key} or {@code keyBase64}, {@code value} or {@code valueBase64}, and {@code expiresAt}
     * if the row expires.
     */
    record Rows() implements RecordShape {
        @Override
        public ImportRecord read(JsonNode object, long number) throws BadRecordException {
            requireObject(object);
            return record(number, bytes(object, "key"), bytes(object, "value"), expiry(object));
        }

        private static Bytes bytes(JsonNode object, String name) throws BadRecordException {
            try {
                return Json.bytes(object, name)
                        .orElseThrow(() -> new BadRecordException(
                                "there is neither a text '" + name + "' nor a text '" + name + "Base64'"));
            } catch (IllegalArgumentException undecodable) {
                throw new BadRecordException(
                        "'" + name + "' has half a surrogate pair, or '" + name + "Base64' is not base64");
            }
        }

        private static Timestamp expiry(JsonNode object) throws BadRecordException {
            JsonNode field = object.path("expiresAt");
            if (field.isMissingNode()) {
                return Timestamp.NONE;
            }
            try {
                return Timestamp.ofMillis(Instant.parse(field.asText()).toEpochMilli());
            } catch (DateTimeException notATime) {
                throw new BadRecordException("'expiresAt' is not an RFC 3339 time in UTC");
            }
        }
    }

    /** Any objects: the key is made of their fields, the value is the object itself as compact JSON. */
    record Templated(KeyTemplate template) implements RecordShape {
        @Override
        public ImportRecord read(JsonNode object, long number) throws BadRecordException {
            requireObject(object);
            return record(
                    number, Bytes.utf8(template.key(object, number)), Bytes.wrap(Json.write(object)), Timestamp.NONE);
        }
    }

    private static void requireObject(JsonNode value) throws BadRecordException {
        if (!value.isObject()) {
            throw new BadRecordException("not a JSON object");
        }
    }

    /** Refuses keys that no node would take. */
    static ImportRecord record(long number, Bytes key, Bytes value, Timestamp expiresAt) throws BadRecordException {
        try {
            return new ImportRecord(number, new Key(key), value, expiresAt);
        } catch (SkipstoneException badKey) {
            throw new BadRecordException(String.valueOf(badKey.getMessage()));
        }
    }
}
