package io.skipstone.cli.bench;

/** What the load consists of. */
enum Workload {
    /** Writes of random keys. */
    PUT,
    /** Reads of random keys. */
    GET,
    /** One write and one read in turn. */
    MIXED,
    /** Pages of a hundred rows from a random key on. */
    SCAN;

    /** Whether keys must be there before it starts. */
    boolean needsKeys() {
        return this != PUT;
    }
}
