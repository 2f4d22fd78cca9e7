package io.skipstone.api.etcd;

import java.util.Collection;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/** Finds out up to where all watches of a stream have been told, once each of them has said so. On the event loop of the stream. */
final class ProgressRound {
    private final Set<Long> waitsFor = new HashSet<>();
    private boolean underWay;
    private boolean again;
    private long newest;
    private long lowest;

    boolean isUnderWay() {
        return underWay;
    }

    /**
     * Asks these watches.
     *
     * @param revision newest there is now: none of them may name an older one
     */
    void begin(Collection<Long> watches, long revision) {
        waitsFor.addAll(watches);
        underWay = true;
        again = false;
        newest = revision;
        lowest = Long.MAX_VALUE;
    }

    /** Asked for while one is under way: what was changed in between is meant too. */
    void wantAnother() {
        again = true;
    }

    boolean wantsAnother() {
        return again;
    }

    /**
     * A watch has been told all up to there.
     *
     * @return whether it must be asked again, for it speaks of a time before the round
     */
    boolean isStale(long watch, long revision) {
        if (!waitsFor.contains(watch)) {
            return false;
        }
        if (revision < newest) {
            return true;
        }
        waitsFor.remove(watch);
        lowest = Math.min(lowest, revision);
        return false;
    }

    /** The watch has ended. */
    void leave(long watch) {
        waitsFor.remove(watch);
    }

    /** What has been told to all; empty while one is waited for, and when nobody asked. */
    OptionalLong end() {
        if (!underWay || !waitsFor.isEmpty()) {
            return OptionalLong.empty();
        }
        underWay = false;
        return OptionalLong.of(lowest == Long.MAX_VALUE ? newest : lowest);
    }
}
