package io.skipstone.cli.transfer;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How to import.
 *
 * @param itemName what an item of the input is called: line or record
 * @param inputBytes size of the input, if it is known
 * @param parallel requests in flight
 * @param batchRecords records in one request
 * @param stateFile where to keep account; empty for an input that cannot be read again
 * @param restart forget what the state file says
 */
record ImportPlan(
        String itemName,
        OptionalLong inputBytes,
        int parallel,
        int batchRecords,
        boolean stopOnError,
        Optional<Path> stateFile,
        boolean restart) {
    static final int MAX_PARALLEL = 256;

    /** Operations that a node takes in one batch. */
    static final int MAX_BATCH_RECORDS = 1024;

    /** Keys and values of one batch: well below a log entry, so that the framing around them fits as well. */
    static final int MAX_BATCH_BYTES = 2 << 20;

    /** A line is read as a whole; a value of 1 MiB fits in base64 and with escapes. */
    static final int MAX_LINE_BYTES = 8 << 20;
}
