package io.skipstone.cli.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** What came of the requests. Recorded by one thread; the count may be watched by another. */
final class Tally {
    private static final long MAX_MICROS = 60_000_000;
    private static final int DIGITS = 3;

    private final Histogram micros = new Histogram(MAX_MICROS, DIGITS);
    private final Map<String, Long> errors = new TreeMap<>();
    private final AtomicLong succeeded = new AtomicLong();

    void success(long nanos) {
        micros.recordValue(Math.clamp(nanos / 1000, 0, MAX_MICROS));
        succeeded.incrementAndGet();
    }

    void error(String kind) {
        errors.merge(kind, 1L, Long::sum);
    }

    long succeeded() {
        return succeeded.get();
    }

    /** How many requests failed, by what happened to them. */
    Map<String, Long> errors() {
        return Map.copyOf(errors);
    }

    double millisAt(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1000.0;
    }

    double maxMillis() {
        return micros.getMaxValue() / 1000.0;
    }
}
