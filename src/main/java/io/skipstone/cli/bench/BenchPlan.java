package io.skipstone.cli.bench;

import io.skipstone.cli.client.CliFailure;
import java.net.URI;
import java.time.Duration;

/**
 * One run.
 *
 * @param reads how reads are asked for
 * @param inFlight requests under way at any time
 * @param valueBytes length of each value
 * @param keys size of the key space
 * @param duration how long new requests are started
 * @param prefix of every key
 */
record BenchPlan(
        URI endpoint,
        Workload workload,
        Reads reads,
        int inFlight,
        int valueBytes,
        int keys,
        Duration duration,
        String prefix) {
    private static final int MAX_IN_FLIGHT = 1024;
    private static final int MAX_VALUE_BYTES = 1 << 20;
    private static final int MAX_KEYS = 1_000_000;
    private static final long MAX_SECONDS = 600;

    BenchPlan {
        requireBetween("--in-flight", inFlight, MAX_IN_FLIGHT);
        requireBetween("--value-bytes", valueBytes, MAX_VALUE_BYTES);
        requireBetween("--keys", keys, MAX_KEYS);
        requireBetween("--duration-seconds", duration.toSeconds(), MAX_SECONDS);
    }

    /** The same against another node. */
    BenchPlan at(URI otherEndpoint) {
        return new BenchPlan(otherEndpoint, workload, reads, inFlight, valueBytes, keys, duration, prefix);
    }

    /** Keys of one length, so that their order is that of their numbers. */
    String key(int number) {
        String digits = Integer.toString(number);
        return prefix + "0".repeat(7 - digits.length()) + digits;
    }

    private static void requireBetween(String option, long value, long max) {
        if (value < 1 || value > max) {
            throw new CliFailure(CliFailure.USAGE, option + " lies between 1 and " + max);
        }
    }
}
