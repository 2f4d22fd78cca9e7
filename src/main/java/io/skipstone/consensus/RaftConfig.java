package io.skipstone.consensus;

import io.skipstone.model.Limits;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What this node is in its group.
 *
 * @param dir where the log lies; the store lies elsewhere
 * @param peerHost address that other members reach this node at
 * @param peerPort port for other members; 0 for any free one
 * @param applyBatchEntries most log entries in one write transaction of the store
 */
public record RaftConfig(
        String nodeId,
        UUID groupId,
        Path dir,
        String peerHost,
        int peerPort,
        int applyBatchEntries,
        LogBounds log,
        Limits limits) {}
