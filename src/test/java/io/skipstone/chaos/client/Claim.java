package io.skipstone.chaos.client;

import io.skipstone.chaos.history.Freshness;

/** What clients write down of the freshness they asked for. */
public enum Claim {
    HONEST,
    /** To see whether the checkers find out. */
    LOCAL_READS_ARE_LINEARIZABLE;

    Freshness of(Freshness asked) {
        return switch (this) {
            case HONEST -> asked;
            case LOCAL_READS_ARE_LINEARIZABLE ->
                asked instanceof Freshness.Local ? new Freshness.Linearizable() : asked;
        };
    }
}
