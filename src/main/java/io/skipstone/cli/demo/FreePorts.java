package io.skipstone.cli.demo;

import io.skipstone.cli.client.CliFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports that nobody listens on. */
final class FreePorts {
    /** Where a node and the commands look when nobody says otherwise. */
    static final int PREFERRED_BASE = 2379;

    /** Below those that systems give to outgoing connections. */
    private static final int LOWEST = 15_000;

    private static final int HIGHEST = 32_000;
    private static final int MOST_TRIES = 100;

    private FreePorts() {}

    /**
     * A base port from which on all ports are free now: the preferred one if possible.
     *
     * @param offsets from the base to each port that is needed
     */
    static int base(int... offsets) {
        int base = PREFERRED_BASE;
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            if (areFree(base, offsets)) {
                return base;
            }
            base = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
        }
        throw new CliFailure(CliFailure.REFUSED, "found no free ports; name some with --base-port");
    }

    private static boolean areFree(int base, int... offsets) {
        return Arrays.stream(offsets).allMatch(offset -> isFree(base + offset));
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            // That is the answer.
            return false;
        }
    }
}
