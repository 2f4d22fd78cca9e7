package io.skipstone.consensus;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file of the log and what its name says.
 *
 * @param start index of the first entry
 * @param end index of the last entry; empty while the segment is written to
 */
record SegmentName(Path file, long start, OptionalLong end) {
    /** As Ratis 3.3.0 reads names (LogSegmentStartEnd): it takes an open segment with any suffix for a part of the log. */
    private static final Pattern PATTERN =
            Pattern.compile("log_(?:inprogress_(?<open>\\d{1,18})(?:\\..*)?|(?<start>\\d{1,18})-(?<end>\\d{1,18}))");

    static Optional<SegmentName> of(Path file) {
        Matcher name = PATTERN.matcher(String.valueOf(file.getFileName()));
        if (!name.matches()) {
            return Optional.empty();
        }
        if (name.group("open") != null) {
            return Optional.of(new SegmentName(file, Long.parseLong(name.group("open")), OptionalLong.empty()));
        }
        return Optional.of(new SegmentName(
                file, Long.parseLong(name.group("start")), OptionalLong.of(Long.parseLong(name.group("end")))));
    }

    boolean isOpen() {
        return end.isEmpty();
    }

    /** How many entries it has at most. */
    long maxEntries() {
        return isOpen() ? Long.MAX_VALUE : end.getAsLong() - start + 1;
    }

    String text() {
        return String.valueOf(file.getFileName());
    }
}
