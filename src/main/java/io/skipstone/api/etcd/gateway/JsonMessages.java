package io.skipstone.api.etcd.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Status;
import io.skipstone.model.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages as JSON, in proto3's own form: 64-bit numbers are strings, bytes are base64, what has its default is left out. Names come out as
 * the proto has them, and are taken in camel case as well; those that are unknown are passed over.
 */
final class JsonMessages {
    /** A transaction in a transaction takes five levels. */
    private static final int MAX_DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .build();

    private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

    private JsonMessages() {}

    static <M extends MessageOrBuilder> String write(M message) {
        try {
            return PRINTER.print(message);
        } catch (InvalidProtocolBufferException impossible) {
            // Of Any alone, whose type it would have to know; the API has none.
            throw new UncheckedIOException(impossible);
        }
    }

    /**
     * Reads the messages that stand one behind the other in the body of a request. Refused with {@code INVALID_ARGUMENT}.
     *
     * @param prototype of the messages
     */
    static List<Message> read(Bytes body, Message prototype) {
        var messages = new ArrayList<Message>();
        for (JsonNode document : documents(body)) {
            messages.add(message(document, prototype));
        }
        return messages;
    }

    private static List<JsonNode> documents(Bytes body) {
        try (JsonParser parser = MAPPER.createParser(body.array())) {
            var documents = new ArrayList<JsonNode>();
            while (parser.nextToken() != null) {
                documents.add(MAPPER.readTree(parser));
            }
            return documents;
        } catch (JsonProcessingException malformed) {
            var at = malformed.getLocation();
            String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw refused("the body is not well-formed JSON" + where);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Message message(JsonNode document, Message prototype) {
        if (!document.isObject()) {
            throw refused("the body is to hold JSON objects, and nothing else");
        }
        Message.Builder message = prototype.newBuilderForType();
        try {
            PARSER.merge(document.toString(), message);
        } catch (InvalidProtocolBufferException | IllegalArgumentException wrong) {
            // The parser's own words hold what the client sent.
            throw refused(
                    "the body is no JSON of " + prototype.getDescriptorForType().getFullName()
                            + ": bytes are base64, 64-bit numbers may be strings");
        }
        return message.build();
    }

    private static RuntimeException refused(String why) {
        return Status.INVALID_ARGUMENT.withDescription(why).asRuntimeException();
    }
}
