package io.skipstone.command;

import io.skipstone.model.Invariants;
import io.skipstone.model.KeyRange;

/**
 * A read of a range, as etcd has it. The count is of all keys in the range, whatever the limit and the bounds.
 *
 * @param revision state that is read; {@link #NEWEST} for the one that there is
 * @param limit most rows; 0 for all
 * @param modRevisions only rows whose mod revision lies between
 * @param createRevisions only rows whose create revision lies between
 */
public record RangeRead(
        KeyRange keys,
        long revision,
        long limit,
        Content content,
        Order order,
        By by,
        Between modRevisions,
        Between createRevisions) {
    public static final long NEWEST = -1;

    /** What a row carries. */
    public enum Content {
        KEYS_AND_VALUES,
        KEYS_ONLY,
        /** No rows at all. */
        COUNT_ONLY
    }

    /** In which order the rows come, and so which of them the limit leaves. Rows that are equal come in the order of their keys. */
    public enum Order {
        /** In the order of keys; what the limit leaves of them is then put in ascending order. */
        AS_FOUND,
        ASCENDING,
        DESCENDING
    }

    /** What the order goes by. */
    public enum By {
        KEY,
        VERSION,
        CREATE_REVISION,
        MOD_REVISION,
        VALUE
    }

    /** Numbers between two, which both belong to it. */
    public record Between(long least, long most) {
        public static final Between ANY = new Between(Long.MIN_VALUE, Long.MAX_VALUE);

        public boolean isAny() {
            return equals(ANY);
        }

        public boolean contains(long number) {
            return number >= least && number <= most;
        }
    }

    public RangeRead {
        Invariants.check(revision >= NEWEST, "a read at revision {}", revision);
        Invariants.check(limit >= 0, "a read of {} rows", limit);
    }

    /** Keys and values of the newest state, in the order of keys. */
    public static RangeRead of(KeyRange keys, long limit) {
        return new RangeRead(
                keys, NEWEST, limit, Content.KEYS_AND_VALUES, Order.AS_FOUND, By.KEY, Between.ANY, Between.ANY);
    }

    /** Whether rows of the range are left out by their revisions. */
    public boolean isFiltered() {
        return !modRevisions.isAny() || !createRevisions.isAny();
    }
}
