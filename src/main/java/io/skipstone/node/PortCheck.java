package io.skipstone.node;

import io.skipstone.model.ExitCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Looks whether the ports are free before anything is opened, so that one line can say which is not. */
final class PortCheck {
    private PortCheck() {}

    /** Throws {@link StartupException}. Who takes a port in the moment after is found by Quarkus and Ratis themselves. */
    static void requireFree(Settings settings) {
        requireFree(settings.listen(), settings.clientPort(), "skipstone.client.port");
        requireFree(settings.listen(), settings.peerPort(), "skipstone.peer.port");
        requireFree(settings.listen(), settings.managementPort(), "skipstone.management.port");
    }

    private static void requireFree(String host, int port, String setting) {
        try (var socket = new ServerSocket()) {
            // Connections of an earlier process that are about to end do not count as somebody listening.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException failure) {
            throw new StartupException(
                    exitCode(failure),
                    "cannot listen on " + host + ":" + port + " (" + failure.getMessage()
                            + "); stop whoever holds it, or change " + setting,
                    failure);
        }
    }

    /** Java tells the reasons apart in words only. */
    private static ExitCode exitCode(IOException failure) {
        String words = String.valueOf(failure.getMessage());
        if (words.contains("Permission denied")) {
            return ExitCode.NOT_PERMITTED;
        }
        return words.contains("Address already in use") ? ExitCode.IN_USE : ExitCode.USAGE;
    }
}
