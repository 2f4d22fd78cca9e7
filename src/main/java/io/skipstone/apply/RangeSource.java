package io.skipstone.apply;

import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import java.util.Optional;

/** What ranges are read from: keys as they are at one moment, however often it is asked. */
interface RangeSource {
    Optional<KeyValue> get(Key key);

    /** The next rows of a range that is not empty; there may be more of them than were asked for, or fewer although there is a rest. */
    ScanPage scan(ScanQuery query);

    /** Number of keys in a range that is not empty. */
    long count(KeyRange keys);
}
