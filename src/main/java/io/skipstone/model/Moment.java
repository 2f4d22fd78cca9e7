package io.skipstone.model;

/**
 * The two times of a read. They are the same for a read in the past; a read of the newest state sees versions up to the last
 * commit, and counts as expired what has expired by the clock, also on an idle store.
 *
 * @param upTo versions committed later are not seen
 * @param now values that expire at this time or before are not seen
 */
public record Moment(Timestamp upTo, Timestamp now) {
    public Moment {
        Invariants.check(
                now.compareTo(upTo) >= 0, "a read's clock {} lies before its versions {}", now.bits(), upTo.bits());
    }

    public static Moment at(Timestamp timestamp) {
        return new Moment(timestamp, timestamp);
    }
}
