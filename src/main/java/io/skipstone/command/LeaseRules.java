package io.skipstone.command;

import io.skipstone.model.LeaseLimits;
import io.skipstone.model.SkipstoneException.BadRequest;

/** What commands on leases must keep to, whatever the settings say. */
final class LeaseRules {
    private LeaseRules() {}

    static void check(Command.GrantLease grant) {
        checkId(grant.id());
        if (grant.ttlSeconds() < 1 || grant.ttlSeconds() > LeaseLimits.HIGHEST_TTL_SECONDS) {
            throw new BadRequest(
                    "lease_ttl_out_of_range",
                    "the lease is to live " + grant.ttlSeconds() + " s; it must be 1 to "
                            + LeaseLimits.HIGHEST_TTL_SECONDS);
        }
        if (grant.maxLeases() < 1 || grant.maxKeys() < 1 || grant.maxKeys() > LeaseLimits.HIGHEST_KEYS_PER_LEASE) {
            throw new BadRequest(
                    "lease_limits_out_of_range",
                    "a grant within " + grant.maxLeases() + " leases of " + grant.maxKeys()
                            + " keys; each is at least 1, and the keys at most " + LeaseLimits.HIGHEST_KEYS_PER_LEASE);
        }
    }

    static void checkId(long id) {
        if (id < 1) {
            throw new BadRequest("bad_lease_id", "the lease id " + id + " cannot be; ids start at 1");
        }
    }
}
