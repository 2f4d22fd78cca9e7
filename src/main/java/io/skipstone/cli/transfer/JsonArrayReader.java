package io.skipstone.cli.transfer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.skipstone.cli.client.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * One JSON array of objects, or objects one after the other, read as a stream: only one object is in memory. The number of a record is
 * its place in the array, from 1.
 *
 * <p>Behind damaged JSON nothing can be told apart, so reading ends there.
 */
final class JsonArrayReader implements RecordReader {
    /** Behind an element comes the next one. */
    private static final ObjectReader ELEMENTS =
            Json.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final JsonParser parser;
    private final RecordShape shape;
    private long number;
    private boolean inArray;

    JsonArrayReader(InputStream in, RecordShape shape) throws IOException {
        this.parser = Json.mapper().createParser(in);
        this.shape = shape;
    }

    @Override
    public Optional<InputItem> next() throws IOException {
        try {
            return nextItem();
        } catch (JsonProcessingException damaged) {
            throw new IOException(
                    "the JSON is damaged behind record " + number + column(damaged) + "; nothing after it can be read",
                    damaged);
        }
    }

    private Optional<InputItem> nextItem() throws IOException {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.START_ARRAY && number == 0 && !inArray) {
            inArray = true;
            token = parser.nextToken();
        }
        if (token == null || (inArray && token == JsonToken.END_ARRAY)) {
            return Optional.empty();
        }
        JsonNode element = ELEMENTS.readTree(parser);
        number++;
        return Optional.of(item(element));
    }

    private InputItem item(JsonNode element) {
        try {
            return new InputItem.Good(shape.read(element, number));
        } catch (BadRecordException bad) {
            return new InputItem.Bad(number, bad.reason());
        }
    }

    /** Where it is; the text itself may be a user's. */
    static String column(JsonProcessingException malformed) {
        return malformed.getLocation() == null
                ? ""
                : " at column " + malformed.getLocation().getColumnNr();
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
