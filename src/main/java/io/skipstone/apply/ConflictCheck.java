package io.skipstone.apply;

import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Timestamp;
import io.skipstone.store.WriteTxn;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Refuses an optimistic transaction if anything it has read, or is about to write, has a version newer than its read timestamp:
 * what it would do rests on what is no longer so. A version at the read timestamp itself was seen by the reads.
 *
 * <p>A delete counts as a version. What the running branch reads is not looked at, it is read at the commit timestamp anyway.
 */
final class ConflictCheck {
    private final WriteTxn txn;
    private final ReadSet reads;

    ConflictCheck(WriteTxn txn, ReadSet reads) {
        this.txn = txn;
        this.reads = reads;
    }

    /** Why the transaction must not run; empty if it may. */
    Optional<Outcome> refuse(List<Operation> branch) {
        if (!reads.isOptimistic()) {
            return Optional.empty();
        }
        Timestamp floor = txn.meta().gcFloor();
        if (floor.isAfter(reads.readTs())) {
            // Below the floor newer versions may be gone, so that no conflict would be no proof.
            return Optional.of(new Outcome.BelowGcFloor(floor));
        }
        return Stream.of(
                        branch.stream().flatMap(operation -> newerThanWrite(operation).stream()),
                        reads.keys().stream().flatMap(key -> newer(key).stream()),
                        Stream.of(reads.ranges()).flatMap(ranges -> newer(ranges).stream()))
                .flatMap(conflicts -> conflicts)
                .findFirst();
    }

    private Optional<Outcome> newerThanWrite(Operation operation) {
        return switch (operation) {
            case Operation.Put put -> newer(put.key());
            case Operation.Delete(var key) -> newer(key);
            case Operation.DeletePrefix delete -> newer(deleted(delete.prefix(), delete.exclude()));
            case Operation.Get _ -> Optional.empty();
        };
    }

    private Optional<Outcome> newer(Key key) {
        return txn.latestCommit(key)
                .filter(latest -> latest.isAfter(reads.readTs()))
                .map(latest -> new Outcome.Conflict(key, latest));
    }

    /** One pass over the change log, however many ranges: it may hold all that was written within the retention. */
    private Optional<Outcome> newer(List<KeyRange> ranges) {
        if (ranges.isEmpty()) {
            return Optional.empty();
        }
        return txn.firstChange(new KeyRanges(ranges)::contain, reads.readTs())
                .map(change -> new Outcome.Conflict(change.key(), change.commitTs()));
    }

    /** What a prefix delete covers: the prefix, without the hole that the excluded prefix leaves in it. */
    private static List<KeyRange> deleted(Bytes prefix, Bytes exclude) {
        KeyRange all = KeyRange.prefix(prefix);
        if (exclude.isEmpty() || !exclude.startsWith(prefix)) {
            return List.of(all);
        }
        KeyRange before = new KeyRange(prefix, exclude);
        Bytes behind = exclude.afterPrefix();
        return behind.isEmpty() ? List.of(before) : List.of(before, new KeyRange(behind, all.end()));
    }
}
