package io.skipstone.cli.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes keys out of the fields of JSON objects: {@code city/{country}/{name}/{line}}, where {@code {line}} is the number of the record in
 * the input, from 1.
 */
public final class KeyTemplate {
    private static final String RECORD_NUMBER = "line";

    private final String text;
    private final List<Part> parts;

    private KeyTemplate(String text, List<Part> parts) {
        this.text = text;
        this.parts = List.copyOf(parts);
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException a brace stands alone or names nothing
     */
    public static KeyTemplate parse(String text) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf('{', at);
            int end = open < 0 ? text.length() : open;
            if (end > at) {
                parts.add(new Literal(literal(text.substring(at, end))));
            }
            at = end;
            if (open >= 0) {
                int close = text.indexOf('}', open);
                parts.add(new Field(fieldName(text, open, close)));
                at = close + 1;
            }
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("the key template is empty");
        }
        return new KeyTemplate(text, parts);
    }

    /** The key of one record. */
    String key(JsonNode object, long number) throws BadRecordException {
        var key = new StringBuilder();
        for (Part part : parts) {
            key.append(
                    switch (part) {
                        case Literal(var literal) -> literal;
                        case Field(var name) when name.equals(RECORD_NUMBER) -> Long.toString(number);
                        case Field(var name) -> field(object, name);
                    });
        }
        return key.toString();
    }

    @Override
    public String toString() {
        return text;
    }

    private static String field(JsonNode object, String name) throws BadRecordException {
        JsonNode value = object.path(name);
        if (value.isMissingNode()) {
            throw new BadRecordException("field '" + name + "' of the key template is missing");
        }
        if (!value.isValueNode() || value.isNull()) {
            throw new BadRecordException(
                    "field '" + name + "' of the key template is neither text, number nor boolean");
        }
        return value.asText();
    }

    private static String literal(String text) {
        if (text.indexOf('}') >= 0) {
            throw new IllegalArgumentException("the key template has a '}' without a '{'");
        }
        return text;
    }

    private static String fieldName(String text, int open, int close) {
        if (close < 0) {
            throw new IllegalArgumentException("the key template has a '{' without a '}'");
        }
        String name = text.substring(open + 1, close);
        if (name.isEmpty() || name.indexOf('{') >= 0) {
            throw new IllegalArgumentException("the key template has a '{' that names no field");
        }
        return name;
    }

    private sealed interface Part {}

    private record Literal(String text) implements Part {}

    private record Field(String name) implements Part {}
}
