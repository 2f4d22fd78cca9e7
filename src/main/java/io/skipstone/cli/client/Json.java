package io.skipstone.cli.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.model.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Optional;

/** The one JSON reader and writer of the command line. */
public final class Json {
    private static final String BASE64 = "Base64";

    /** A value may be large, and base64 makes it a third larger; the node's own limit is the one that rules. */
    private static final int MAX_STRING_CHARS = 64 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MAX_STRING_CHARS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            // Numbers stay as they were written: 1.10 is not 1.1, and 0.1 has no digits that nobody wrote.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /**
     * The bytes under {@code name}, which is text, or {@code <name>Base64}; empty when there is neither.
     *
     * @throws IllegalArgumentException it is not base64, or not text that UTF-8 can say
     */
    public static Optional<Bytes> bytes(JsonNode object, String name) {
        JsonNode text = object.path(name);
        if (text.isTextual()) {
            return Optional.of(EscapedBytes.encodeStrictly(text.textValue()));
        }
        JsonNode base64 = object.path(name + BASE64);
        return base64.isTextual()
                ? Optional.of(Bytes.wrap(Base64.getDecoder().decode(base64.textValue())))
                : Optional.empty();
    }

    /** Puts bytes under {@code name} when they are UTF-8, else under {@code <name>Base64}. */
    public static void put(ObjectNode object, String name, Bytes bytes) {
        try {
            object.put(name, EscapedBytes.decodeStrictly(bytes));
        } catch (CharacterCodingException notText) {
            // Not a fault: the other form is there for this.
            object.put(name + BASE64, Base64.getEncoder().encodeToString(bytes.array()));
        }
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** On one line. */
    public static byte[] write(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public static JsonMapper mapper() {
        return MAPPER;
    }

    public static JsonNode parse(byte[] json) throws IOException {
        return MAPPER.readTree(json);
    }

    /** Over several lines, for a person. */
    public static String pretty(JsonNode node) {
        return node.toPrettyString();
    }
}
