package io.skipstone.cli.bench;

/** How reads are asked for, in the words of the API. */
enum Reads {
    /** They show all that was acknowledged before. */
    LINEARIZABLE,
    /** They show what the store of the node that is asked holds, and ask nobody. */
    LOCAL
}
