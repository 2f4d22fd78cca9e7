package io.skipstone.process;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** The ports of one node on the loopback interface; kept when it restarts. */
public record Ports(int client, int peer, int management) {
    /** Below those that systems give to outgoing connections: one of these would take a port while its node restarts. */
    private static final int LOWEST = 15_000;

    private static final int HIGHEST = 32_000;
    private static final int MOST_TRIES = 100;

    /** In turn: the nodes of a group get theirs before the first of them listens, and must not be given the same ones. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(HIGHEST - LOWEST));

    /** Three ports that nobody listens on now, and that nobody else in this JVM was given. */
    public static Ports free() throws IOException {
        // All three are held at once, so that they differ.
        try (var first = socket();
                var second = socket();
                var third = socket()) {
            return new Ports(first.getLocalPort(), second.getLocalPort(), third.getLocalPort());
        }
    }

    private static ServerSocket socket() throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                int port = LOWEST + NEXT.getAndIncrement() % (HIGHEST - LOWEST);
                return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
            } catch (BindException taken) {
                if (tries == MOST_TRIES) {
                    throw taken;
                }
            }
        }
    }
}
