package io.skipstone.apply;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The keys of many ranges, which may overlap. Finding a key in them costs the logarithm of their number. */
final class KeyRanges {
    /** Ranges that do not overlap, by their starts. */
    private final TreeMap<Bytes, KeyRange> byStart = new TreeMap<>();

    KeyRanges(Collection<KeyRange> ranges) {
        ranges.stream().sorted(Comparator.comparing(KeyRange::start)).forEach(this::add);
    }

    boolean contain(Key key) {
        return Optional.ofNullable(byStart.floorEntry(key.bytes()))
                .map(Map.Entry::getValue)
                .filter(range -> range.contains(key.bytes()))
                .isPresent();
    }

    /** Starts at or behind every range before it, so it can overlap with the last one only. */
    private void add(KeyRange range) {
        Map.Entry<Bytes, KeyRange> last = byStart.lastEntry();
        if (last == null || endsBefore(last.getValue(), range.start())) {
            byStart.put(range.start(), range);
        } else {
            byStart.put(
                    last.getKey(),
                    new KeyRange(last.getKey(), later(last.getValue().end(), range.end())));
        }
    }

    private static boolean endsBefore(KeyRange range, Bytes start) {
        return !range.end().isEmpty() && range.end().compareTo(start) < 0;
    }

    /** An empty end lies behind all others. */
    private static Bytes later(Bytes end, Bytes other) {
        if (end.isEmpty() || other.isEmpty()) {
            return Bytes.EMPTY;
        }
        return end.compareTo(other) >= 0 ? end : other;
    }
}
