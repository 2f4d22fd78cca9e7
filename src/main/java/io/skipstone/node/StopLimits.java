package io.skipstone.node;

import java.util.Map;

/**
 * How long each step of a stop may take, one after the other. Whoever ends a process by force after some time gives it more than all of
 * them together; {@code k8s/base/statefulset.yaml} does.
 */
public final class StopLimits {
    /** For another member to take over the lead. It takes the time of a few messages, or does not happen. */
    public static final long HANDOVER_MILLIS = 5_000;

    /** For requests in flight: longer than a write waits for its outcome. */
    public static final long IN_FLIGHT_MILLIS = 15_000;

    private StopLimits() {}

    /** As the framework wants to hear it before it starts: what waits for clients, and then for requests in flight. */
    static Map<String, String> asProperties(Settings settings) {
        // Nobody goes elsewhere from a node that has no peers.
        long windowMillis = settings.peers().isEmpty() ? 0 : settings.drainMillis();
        return Map.of(
                "quarkus.shutdown.delay", windowMillis + "ms",
                "quarkus.shutdown.timeout", IN_FLIGHT_MILLIS + "ms");
    }
}
