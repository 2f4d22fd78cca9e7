package io.skipstone.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows under headings; a column is as wide as what stands in it. */
public final class Columns {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    public Columns(String... headings) {
        rows.add(List.of(headings).stream()
                .map(heading -> heading.toUpperCase(Locale.ROOT))
                .toList());
    }

    /** One more row, with a cell for each heading. */
    public Columns row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("a row has " + cells.length + " cells, not "
                    + rows.getFirst().size());
        }
        rows.add(List.of(cells));
        return this;
    }

    /** The lines, without an end of line behind the last. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                line.append(cell)
                        .append(" ".repeat(width(column) - cell.length()))
                        .append(GAP);
            }
            lines.add(line.toString().stripTrailing());
        }
        return String.join(System.lineSeparator(), lines);
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
