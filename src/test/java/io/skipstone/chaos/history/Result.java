package io.skipstone.chaos.history;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What one step came to. */
@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS, property = "is")
public sealed interface Result {
    /** What can be checked without believing any number that the servers give out themselves. */
    default Result withoutRevisions() {
        return this;
    }

    /** The one found, or none. */
    record Got(List<Seen> found) implements Result {
        public Got {
            found = List.copyOf(found);
        }

        @Override
        public Result withoutRevisions() {
            return new Got(found.stream().map(Seen::withoutRevision).toList());
        }
    }

    /** In the order of the keys. */
    record Listed(List<Row> rows) implements Result {
        public Listed {
            rows = List.copyOf(rows);
        }

        @Override
        public Result withoutRevisions() {
            return new Listed(rows.stream()
                    .map(row -> new Row(row.key(), row.seen().withoutRevision()))
                    .toList());
        }
    }

    record Put(long version) implements Result {}

    record Deleted(long count) implements Result {}

    /** A key of a list. */
    record Row(String key, Seen seen) {}
}
