package io.skipstone.cli.demo;

import io.skipstone.model.PeerAddress;
import java.nio.file.Path;
import java.util.Map;

/** One of the three nodes: where it lies and what it listens on. */
record DemoNode(String nodeId, Path dataDir, Path log, int clientPort, int peerPort, int managementPort) {
    static final String HOST = "127.0.0.1";

    /** Where clients reach it. */
    String endpoint() {
        return "http://" + HOST + ":" + clientPort;
    }

    /** Where it answers for itself. */
    String management() {
        return "http://" + HOST + ":" + managementPort;
    }

    PeerAddress peerAddress() {
        return new PeerAddress(nodeId, HOST, peerPort);
    }

    /**
     * The variables it starts with.
     *
     * @param peers all members, as {@code skipstone.peers} writes them
     */
    Map<String, String> environment(String peers) {
        return Map.of(
                "SKIPSTONE_DATA_DIR", dataDir.toString(),
                "SKIPSTONE_NODE_ID", nodeId,
                "SKIPSTONE_LISTEN", HOST,
                "SKIPSTONE_CLIENT_PORT", Integer.toString(clientPort),
                "SKIPSTONE_PEER_PORT", Integer.toString(peerPort),
                "SKIPSTONE_MANAGEMENT_PORT", Integer.toString(managementPort),
                "SKIPSTONE_PEERS", peers);
    }
}
