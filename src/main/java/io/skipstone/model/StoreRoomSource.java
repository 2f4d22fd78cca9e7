package io.skipstone.model;

import java.util.Optional;

/** Where a node's store stands with its room; looks at the store but not at its data, any thread. */
@FunctionalInterface
public interface StoreRoomSource {
    /** Empty while the node starts or stops. */
    Optional<StoreRoom> storeRoom();
}
