package io.skipstone.command;

import io.skipstone.model.Bytes;
import io.skipstone.model.KeyRange;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The keys of many ranges, which may overlap and come in any order. */
final class CoveredKeys {
    /** Ranges that neither overlap nor touch, by their starts. */
    private final TreeMap<Bytes, KeyRange> byStart = new TreeMap<>();

    boolean contain(Bytes key) {
        return Optional.ofNullable(byStart.floorEntry(key))
                .map(Map.Entry::getValue)
                .filter(range -> range.contains(key))
                .isPresent();
    }

    Collection<KeyRange> ranges() {
        return byStart.values();
    }

    void add(KeyRange range) {
        if (range.isEmpty()) {
            return;
        }
        KeyRange whole = range;
        for (Optional<KeyRange> near = touching(whole); near.isPresent(); near = touching(whole)) {
            byStart.remove(near.get().start());
            whole = joined(whole, near.get());
        }
        byStart.put(whole.start(), whole);
    }

    private Optional<KeyRange> touching(KeyRange range) {
        Optional<KeyRange> before = Optional.ofNullable(byStart.floorEntry(range.start()))
                .map(Map.Entry::getValue)
                .filter(other -> reaches(other, range.start()));
        return before.or(() -> Optional.ofNullable(byStart.ceilingEntry(range.start()))
                .map(Map.Entry::getValue)
                .filter(other -> reaches(range, other.start())));
    }

    private static boolean reaches(KeyRange range, Bytes start) {
        return range.end().isEmpty() || range.end().compareTo(start) >= 0;
    }

    private static KeyRange joined(KeyRange one, KeyRange other) {
        Bytes start = one.start().compareTo(other.start()) <= 0 ? one.start() : other.start();
        return new KeyRange(start, later(one.end(), other.end()));
    }

    private static Bytes later(Bytes end, Bytes other) {
        if (end.isEmpty() || other.isEmpty()) {
            return Bytes.EMPTY;
        }
        return end.compareTo(other) >= 0 ? end : other;
    }
}
