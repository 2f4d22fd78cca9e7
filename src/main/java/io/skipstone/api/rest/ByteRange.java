package io.skipstone.api.rest;

import io.skipstone.api.ErrorMapping;
import io.skipstone.api.RefusedException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a body, as the header Range asks for it (RFC 9110, section 14.2).
 *
 * @param from the first byte, from 0
 * @param end the byte behind the last
 */
record ByteRange(long from, long end) {
    private static final Pattern ONE_RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /**
     * The part that is asked for; empty for the whole, which also answers several ranges and what is no range at all.
     *
     * @throws RefusedException nothing of it lies within the body
     */
    static Optional<ByteRange> parse(String header, long length) {
        Matcher range = ONE_RANGE.matcher(header.strip());
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(
                range.group(1).isEmpty()
                        ? last(Long.parseLong(range.group(2)), length)
                        : between(Long.parseLong(range.group(1)), range.group(2), length));
    }

    private static ByteRange last(long count, long length) {
        if (count == 0) {
            throw notThere(length);
        }
        return new ByteRange(Math.max(0, length - count), length);
    }

    private static ByteRange between(long from, String last, long length) {
        long end = last.isEmpty() ? length : Math.min(length, Long.parseLong(last) + 1);
        if (from >= length || end <= from) {
            throw notThere(length);
        }
        return new ByteRange(from, end);
    }

    private static RefusedException notThere(long length) {
        return new RefusedException(
                ErrorMapping.RANGE_NOT_SATISFIABLE,
                "range_not_satisfiable",
                "the range lies outside of the " + length + " bytes that there are");
    }

    long length() {
        return end - from;
    }

    /** The header Content-Range. */
    String contentRange(long length) {
        return "bytes " + from + "-" + (end - 1) + "/" + length;
    }
}
