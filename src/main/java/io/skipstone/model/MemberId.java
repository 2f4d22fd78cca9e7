package io.skipstone.model;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Names one member of a group for ever: a node together with its data directory. A node whose disk was lost comes back with a new
 * directory, hence as another member: it must not vote again where it has voted before (docs/decisions/0011).
 *
 * @param nodeId letters, digits, - and _
 * @param incarnation 16 hexadecimal digits, drawn when the data directory was made
 */
public record MemberId(String nodeId, String incarnation) {
    private static final Pattern TEXT = Pattern.compile("([A-Za-z0-9_-]{1,64})\\.([0-9a-f]{16})");
    private static final Pattern INCARNATION = Pattern.compile("[0-9a-f]{16}");

    public MemberId {
        if (!TEXT.matcher(nodeId + "." + incarnation).matches()) {
            throw new IllegalArgumentException("no member id: " + nodeId + "." + incarnation);
        }
    }

    /** As {@link #toString} writes it. Throws {@link IllegalArgumentException}. */
    public static MemberId parse(String text) {
        var parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no member id: " + text);
        }
        return new MemberId(parts.group(1), parts.group(2));
    }

    /** Whether the text may be an incarnation. */
    public static boolean isIncarnation(String text) {
        return INCARNATION.matcher(text).matches();
    }

    /** One that nobody has yet. */
    public static String newIncarnation() {
        return String.format("%016x", UUID.randomUUID().getMostSignificantBits());
    }

    /** {@code n1.0123456789abcdef}. */
    @Override
    public String toString() {
        return nodeId + "." + incarnation;
    }
}
