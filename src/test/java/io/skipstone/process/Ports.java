package io.skipstone.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The ports of one node on the loopback interface; kept when it restarts. */
public record Ports(int client, int peer, int management) {
    /** Three ports that nobody listens on now. */
    public static Ports free() throws IOException {
        // All three are held at once, so that they differ.
        try (var first = socket();
                var second = socket();
                var third = socket()) {
            return new Ports(first.getLocalPort(), second.getLocalPort(), third.getLocalPort());
        }
    }

    private static ServerSocket socket() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }
}
