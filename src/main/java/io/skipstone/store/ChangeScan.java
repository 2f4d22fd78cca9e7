package io.skipstone.store;

import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import java.util.Optional;

/** The change log, a key at a time and in order. Belongs to its view: the thread of the view, while that is open. */
public interface ChangeScan {
    /** The next changed key; empty at the end of the log. */
    Optional<KeyChange> next();

    /**
     * One key that one revision changed.
     *
     * @param place in front of it
     * @param isLast whether the revision changed nothing after it
     */
    record KeyChange(ChangePlace place, Timestamp commitTs, Key key, boolean isLast) {
        public long revision() {
            return place.revision();
        }

        /** Where a scan goes on behind it. */
        public ChangePlace after() {
            return isLast
                    ? ChangePlace.before(place.revision() + 1)
                    : new ChangePlace(place.revision(), place.row(), place.key() + 1);
        }
    }
}
