package io.skipstone.api;

import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.ArtifactMaker.Lease;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** One artifact on its way to one client. Any thread; the artifact is let go once, when it is closed and nobody reads it. */
public final class Download {
    private final Lease lease;
    private final WorkerExecutor readers;
    private final Runnable released;
    private int reading;
    private boolean closed;

    Download(Lease lease, WorkerExecutor readers, Runnable released) {
        this.lease = lease;
        this.readers = readers;
        this.released = released;
    }

    /** For what needs no disk: id, manifest, lengths. */
    public Artifact artifact() {
        return lease.artifact();
    }

    /** Reads on a thread that may block; the future completes on the context of the caller. */
    public <T> Future<T> read(Function<Artifact, T> work) {
        if (!beginReading()) {
            return Future.failedFuture(new IllegalStateException("the download was closed"));
        }
        try {
            return readers.executeBlocking(() -> readAndEnd(work), false);
        } catch (RejectedExecutionException stopping) {
            endReading();
            return Future.failedFuture(stopping);
        }
    }

    private <T> T readAndEnd(Function<Artifact, T> work) {
        try {
            return work.apply(lease.artifact());
        } finally {
            endReading();
        }
    }

    /** Once or more. */
    public void close() {
        boolean last;
        synchronized (this) {
            last = !closed && reading == 0;
            closed = true;
        }
        if (last) {
            release();
        }
    }

    private synchronized boolean beginReading() {
        if (closed) {
            return false;
        }
        reading++;
        return true;
    }

    private void endReading() {
        boolean last;
        synchronized (this) {
            reading--;
            last = closed && reading == 0;
        }
        if (last) {
            release();
        }
    }

    private void release() {
        lease.close();
        released.run();
    }
}
