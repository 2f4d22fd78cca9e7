package io.skipstone.api;

import io.skipstone.model.SkipstoneException.BadRequest;

/** Ids of leases as text: decimal digits. */
public final class LeaseIds {
    /** Stands in an operation for a key without a lease. */
    public static final long NONE = 0;

    private LeaseIds() {}

    /**
     * Reads an id from 1.
     *
     * @throws BadRequest it is none
     */
    public static long parse(String text) {
        return checked(Numbers.parse(text, LeaseIds::bad));
    }

    /** The id itself, if it is one. */
    public static long checked(long id) {
        if (id < 1) {
            throw bad();
        }
        return id;
    }

    private static BadRequest bad() {
        return new BadRequest(
                "bad_lease_id",
                "a lease id is a decimal number from 1 to " + Long.MAX_VALUE + "; use one that was granted");
    }
}
