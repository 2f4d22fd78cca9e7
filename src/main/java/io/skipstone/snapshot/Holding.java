package io.skipstone.snapshot;

import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import java.util.Optional;

/**
 * Where the store stands.
 *
 * @param applied position of the last entry in it; empty before the first
 */
public record Holding(
        Optional<Position> applied,
        long revision,
        Timestamp lastCommitTs,
        Timestamp hlcCeiling,
        long cutover,
        Timestamp gcFloor) {}
