package io.skipstone.api.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.model.Bytes;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** JSON in and out, strictly: one document, no name twice, no depth without end. */
final class JsonText {
    private static final int MAX_DEPTH = 16;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonText() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Reads the one object that the text must be. */
    static JsonFields parse(Bytes text) {
        try {
            JsonNode node = MAPPER.readTree(text.array());
            if (node.isMissingNode()) {
                throw new BadRequest("bad_json", "the body is empty; this route takes a JSON document");
            }
            return JsonFields.of(node, "$");
        } catch (JsonProcessingException malformed) {
            var at = malformed.getLocation();
            String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new BadRequest("bad_json", "the body is not one well-formed JSON document" + where);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Bytes write(JsonNode node) {
        try {
            return Bytes.wrap(MAPPER.writeValueAsBytes(node));
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Writes bytes under their name if they are UTF-8 text, else under {@code <name>Base64}. */
    static void put(ObjectNode object, String name, Bytes bytes) {
        text(bytes).ifPresentOrElse(text -> object.put(name, text), () -> object.put(name + "Base64", base64(bytes)));
    }

    private static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static Optional<String> text(Bytes bytes) {
        try {
            var decoder = StandardCharsets.UTF_8.newDecoder();
            return Optional.of(decoder.decode(ByteBuffer.wrap(bytes.array())).toString());
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }

    /** The text's UTF-8 bytes; empty if it has half a surrogate pair, which UTF-8 cannot say. */
    static Optional<Bytes> utf8(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return Optional.of(Bytes.wrap(bytes));
        } catch (CharacterCodingException halfPair) {
            return Optional.empty();
        }
    }
}
