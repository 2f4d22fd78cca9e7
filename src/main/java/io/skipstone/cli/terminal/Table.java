package io.skipstone.cli.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Names and values in two columns. */
public final class Table {
    private static final int GAP_CHARS = 2;

    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    /** An answer in two columns; names inside of it are joined with dots. */
    public static Table of(JsonNode answer) {
        var table = new Table();
        answer.properties().forEach(field -> table.add("", field.getKey(), field.getValue()));
        return table;
    }

    /** A position is one cell; any other object is a group of rows. */
    private void add(String group, String name, JsonNode value) {
        if (value.has("term") && value.has("index") && value.size() == 2) {
            row(
                    group + name,
                    value.get("term").asText() + ":" + value.get("index").asText());
        } else if (value.isObject()) {
            value.properties().forEach(field -> add(group + name + ".", field.getKey(), field.getValue()));
        } else {
            row(group + name, value.isValueNode() ? value.asText() : value.toString());
        }
    }

    /** One more line at the end. */
    public Table row(String name, String value) {
        names.add(name);
        values.add(value);
        return this;
    }

    /** The lines, without an end of line behind the last. */
    @Override
    public String toString() {
        int width = names.stream().mapToInt(String::length).max().orElse(0) + GAP_CHARS;
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            lines.add(names.get(i) + " ".repeat(width - names.get(i).length()) + values.get(i));
        }
        return String.join(System.lineSeparator(), lines);
    }
}
