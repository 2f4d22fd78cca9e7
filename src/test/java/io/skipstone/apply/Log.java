package io.skipstone.apply;

import io.skipstone.command.Command;
import io.skipstone.command.LogEntry;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Outcome;
import io.skipstone.model.Bytes;
import io.skipstone.model.Change;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.Position;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.Timestamp;
import io.skipstone.store.ReadView;
import io.skipstone.store.Store;
import io.skipstone.store.StoreMeta;
import java.util.List;
import java.util.Optional;

/** A log of one node, applied entry by entry, with a clock that the test turns. */
final class Log {
    private static final long TERM = 1;

    private final Store store;
    private final BatchApplier applier;
    private long nextIndex;
    private Timestamp issued = Timestamp.NONE;
    private Timestamp clock = Timestamp.ofMillis(1_000_000);

    Log(Store store) {
        this.store = store;
        this.applier = new BatchApplier(store);
    }

    Store store() {
        return store;
    }

    Queries queries() {
        return new Queries(store);
    }

    BatchApplier applier() {
        return applier;
    }

    /** The next entry commits that much later than the last; without it, one logical step after the one before. */
    void tick(long millis) {
        clock = clock.plusMillis(millis);
    }

    Outcome append(Command command) {
        return append(entry(command));
    }

    Outcome appendOnce(String idempotencyKey, long keepMillis, Command command) {
        return append(entryOnce(idempotencyKey, keepMillis, command));
    }

    Outcome appendAt(Timestamp commitTs, Command command) {
        return append(new Committed(nextPosition(), new LogEntry(commitTs, Once.EACH_TIME, command)));
    }

    private Outcome append(Committed committed) {
        return applier.apply(List.of(committed)).getFirst().orElseThrow();
    }

    /** The next entry, to be applied by the test. */
    Committed entry(Command command) {
        return new Committed(nextPosition(), new LogEntry(nextCommitTs(), Once.EACH_TIME, command));
    }

    Committed entryOnce(String idempotencyKey, long keepMillis, Command command) {
        var once = new Once.ByKey(Bytes.utf8(idempotencyKey), keepMillis);
        return new Committed(nextPosition(), new LogEntry(nextCommitTs(), once, command));
    }

    private Position nextPosition() {
        return new Position(TERM, nextIndex++);
    }

    private Timestamp nextCommitTs() {
        Timestamp next = clock.isAfter(issued) ? clock : issued.next();
        clock = next;
        issued = next;
        return next;
    }

    Position last() {
        return new Position(TERM, nextIndex - 1);
    }

    Timestamp lastCommitTs() {
        return meta().lastCommitTs();
    }

    StoreMeta meta() {
        return store.meta();
    }

    Optional<KeyValue> get(Key key) {
        return get(key, lastCommitTs());
    }

    Optional<KeyValue> get(Key key, Timestamp at) {
        try (ReadView view = store.read()) {
            return view.get(key, Moment.at(at));
        }
    }

    List<String> keys() {
        try (ReadView view = store.read()) {
            var all = new ScanQuery(KeyRange.ALL, Order.ASCENDING, Content.KEYS_ONLY, 1000, Long.MAX_VALUE);
            return view.scan(all, Moment.at(lastCommitTs())).rows().stream()
                    .map(row -> row.key().bytes().toUtf8())
                    .toList();
        }
    }

    List<Change> changes() {
        try (ReadView view = store.read()) {
            return view.changes(0, 1000);
        }
    }
}
