package io.skipstone.watch;

import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Timestamp;
import java.util.Optional;

/**
 * One key that was changed.
 *
 * @param revision the one that changed it
 * @param written what it is since then; empty when it was deleted. Its expiry is no event: who needs it has {@code expiresAt}
 * @param previous what was visible before; empty when there was nothing, or the watch did not ask
 */
public record WatchEvent(
        Key key, long revision, Timestamp commitTs, Optional<KeyValue> written, Optional<KeyValue> previous) {
    private static final int OVERHEAD_BYTES = 64;

    /** What it takes in memory and on the wire, roughly. */
    int sizeBytes() {
        return OVERHEAD_BYTES + key.length() + sizeBytes(written) + sizeBytes(previous);
    }

    private static int sizeBytes(Optional<KeyValue> version) {
        return version.map(found -> OVERHEAD_BYTES + found.value().length()).orElse(0);
    }
}
