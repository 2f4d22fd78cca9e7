package io.skipstone.node;

import java.security.Security;

/**
 * How long an answer about a name is believed. Members are found by name, and a pod that is restarted has another address under the same
 * one: with the defaults (30 seconds here, and again in gRPC) the others would go on calling where nobody is any more.
 */
final class NameLookups {
    /** Shorter than a node takes to start. */
    private static final String TTL_SECONDS = "2";

    /** Members of a new cluster look for each other before all of them have a name. */
    private static final String NEGATIVE_TTL_SECONDS = "1";

    private static final String TTL = "networkaddress.cache.ttl";

    private NameLookups() {}

    /** Before the first name is looked up. What an operator has set stays. */
    static void expireSoon() {
        Security.setProperty(TTL, System.getProperty(TTL, TTL_SECONDS));
        Security.setProperty("networkaddress.cache.negative.ttl", NEGATIVE_TTL_SECONDS);
        // gRPC remembers for itself, and reads this name as a property of the system.
        if (System.getProperty(TTL) == null) {
            System.setProperty(TTL, TTL_SECONDS);
        }
    }
}
