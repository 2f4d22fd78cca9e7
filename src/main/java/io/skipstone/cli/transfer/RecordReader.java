package io.skipstone.cli.transfer;

import java.io.IOException;
import java.util.Optional;

/** Reads an input from front to end, one record at a time. One thread. */
interface RecordReader extends AutoCloseable {
    /**
     * What comes next; empty at the end.
     *
     * @throws IOException the input cannot be read, or is damaged so that nothing can be told of what follows
     */
    Optional<InputItem> next() throws IOException;

    @Override
    void close() throws IOException;
}
