package io.skipstone.cli.transfer;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;

/**
 * One key and value of an input.
 *
 * @param number of the record in the input, from 1; in a file of lines, the line
 * @param expiresAt {@link Timestamp#NONE} when it never expires
 */
record ImportRecord(long number, Key key, Bytes value, Timestamp expiresAt) {
    int sizeBytes() {
        return key.length() + value.length();
    }
}
