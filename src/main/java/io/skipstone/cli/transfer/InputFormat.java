package io.skipstone.cli.transfer;

import java.util.Locale;
import java.util.Optional;

/** How an input is written. */
public enum InputFormat {
    /** One JSON object in each line. */
    JSONL,
    /** Key, tab, value in each line. */
    TSV,
    /** One JSON array of objects, or objects one after the other. */
    JSON;

    /** The format that a file's name tells, by its ending. */
    public static Optional<InputFormat> ofName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".jsonl") || lower.endsWith(".ndjson")) {
            return Optional.of(JSONL);
        }
        if (lower.endsWith(".tsv")) {
            return Optional.of(TSV);
        }
        return lower.endsWith(".json") ? Optional.of(JSON) : Optional.empty();
    }
}
