package io.skipstone.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Names and values in two columns. */
public final class Table {
    private static final int GAP_CHARS = 2;

    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

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
