package io.skipstone.model;

/**
 * What the leases of a group are held to. A grant carries the last two into the log, so that every node holds it to the same.
 *
 * @param minTtlSeconds a shorter time to live is granted as this
 * @param maxTtlSeconds a longer one is refused
 * @param leases most leases at once
 * @param keysPerLease most keys attached to one lease: when it ends, one log entry deletes them all
 */
public record LeaseLimits(long minTtlSeconds, long maxTtlSeconds, int leases, int keysPerLease) {
    /** No setting allows a longer time to live. */
    public static final long HIGHEST_TTL_SECONDS = Limits.MAX_TTL_MILLIS / 1000;

    /** No setting allows more keys: the apply thread deletes them in one transaction. */
    public static final int HIGHEST_KEYS_PER_LEASE = 1_000_000;

    public static final LeaseLimits DEFAULT = new LeaseLimits(2, 365L * 24 * 3600, 100_000, 10_000);
}
