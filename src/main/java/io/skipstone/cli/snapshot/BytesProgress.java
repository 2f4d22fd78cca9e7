package io.skipstone.cli.snapshot;

import io.skipstone.cli.terminal.Progress;
import io.skipstone.cli.terminal.Terminal;
import io.skipstone.snapshot.CopyProgress;
import java.util.OptionalDouble;

/** Shows how far one phase of the work has come, in MiB. */
final class BytesProgress implements CopyProgress, AutoCloseable {
    private static final long MIB = 1 << 20;

    private final Progress progress;

    /**
     * @param phase what is done with the bytes: {@code checking}
     */
    BytesProgress(Terminal terminal, String phase) {
        this.progress = new Progress(terminal, "MiB " + phase);
    }

    @Override
    public void at(long doneBytes, long totalBytes) {
        progress.update(
                doneBytes / MIB,
                totalBytes > 0 ? OptionalDouble.of((double) doneBytes / totalBytes) : OptionalDouble.empty());
    }

    /** Clears the bar. */
    @Override
    public void close() {
        progress.clear();
    }
}
