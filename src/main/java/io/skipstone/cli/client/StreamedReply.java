package io.skipstone.cli.client;

import io.skipstone.model.Bytes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A node's answer whose body is read as it comes; when nothing comes for too long, reading fails. One thread. */
public final class StreamedReply implements AutoCloseable {
    private static final int MAX_PROBLEM_BYTES = 64 * 1024;

    private final int status;
    private final HttpHeaders headers;
    private final InputStream body;
    private final ScheduledThreadPoolExecutor timer;
    private volatile long lastNanos = System.nanoTime();

    StreamedReply(int status, HttpHeaders headers, InputStream body, Duration longestSilence) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("silence").daemon().factory());
        long silenceNanos = longestSilence.toNanos();
        long lookEveryNanos = Math.max(1, silenceNanos / 4);
        ScheduledFuture<?> _ = timer.scheduleWithFixedDelay(
                () -> cutIfSilent(silenceNanos), lookEveryNanos, lookEveryNanos, TimeUnit.NANOSECONDS);
    }

    /** The stream has no timeout of its own: whoever reads it would wait for a dead node for ever. */
    private void cutIfSilent(long silenceNanos) {
        if (System.nanoTime() - lastNanos > silenceNanos) {
            close();
        }
    }

    public int status() {
        return status;
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** The body as it comes. */
    public InputStream body() {
        return new FilterInputStream(body) {
            @Override
            public int read() throws IOException {
                lastNanos = System.nanoTime();
                return super.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int read = super.read(into, offset, length);
                lastNanos = System.nanoTime();
                return read;
            }
        };
    }

    /** The whole answer, when it is one that says no. */
    public Reply toReply() throws IOException {
        return new Reply(status, headers, Bytes.wrap(body().readNBytes(MAX_PROBLEM_BYTES)));
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            body.close();
        } catch (IOException alreadyBroken) {
            // Nothing more is wanted of it.
            lastNanos = System.nanoTime();
        }
    }
}
