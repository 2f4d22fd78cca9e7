package io.skipstone.consensus;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Whether the peer port is free. Ratis ends the process without a word if it is not. */
final class PeerPort {
    private PeerPort() {}

    static void requireFree(String host, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException inUse) {
            throw new RaftStartFailure(
                    "peer port " + port + " on " + host + " cannot be used (" + inUse.getMessage()
                            + "); stop what uses it, or set skipstone.peer.port",
                    inUse);
        }
    }
}
