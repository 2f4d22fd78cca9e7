package io.skipstone.apply;

import io.skipstone.command.Outcome;
import io.skipstone.model.Bytes;
import io.skipstone.model.Position;
import io.skipstone.model.WriteAt;
import io.skipstone.store.Store;
import io.skipstone.store.StoreMeta;
import io.skipstone.store.WriteTxn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Applies agreed entries in groups: one write transaction of the store for each group.
 *
 * <p>Only the apply thread calls it. On return, everything of the call is in the store and survives a crash of the process.
 */
public final class BatchApplier {
    private final Store store;

    public BatchApplier(Store store) {
        this.store = store;
    }

    /**
     * Applies the entries in one transaction, at the position of the last one.
     *
     * @return one for each entry, in order; see {@link #apply(List, Position)}
     */
    public List<Optional<Outcome>> apply(List<Committed> entries) {
        return entries.isEmpty() ? List.of() : apply(entries, entries.getLast().position());
    }

    /**
     * Applies the entries in one transaction.
     *
     * @param entries in log order
     * @param upTo where the store stands afterwards: the last entry, or behind it if the log goes on with entries that change
     *     nothing
     * @return one for each entry, in order; empty for an entry that the store held already. Its outcome was told when it was
     *     applied, and is only known again if it had an idempotency key
     */
    public List<Optional<Outcome>> apply(List<Committed> entries, Position upTo) {
        Optional<Position> have = store.meta().applied();
        int held = (int) entries.stream()
                .takeWhile(entry -> isCovered(have, entry.position()))
                .count();
        List<Committed> fresh = entries.subList(held, entries.size());
        List<Optional<Outcome>> outcomes = new ArrayList<>(entries.size());
        for (int i = 0; i < held; i++) {
            outcomes.add(Optional.empty());
        }
        if (!isCovered(have, upTo)) {
            outcomes.addAll(store.write(upTo, txn -> applyAll(fresh, txn)));
        }
        return outcomes;
    }

    /** Raises the store's position over entries that change nothing; does nothing if it stands there already. */
    public void advance(Position upTo) {
        apply(List.of(), upTo);
    }

    /**
     * Raises the store's position to an entry that changed the Raft configuration, and keeps the configuration.
     *
     * @param configuration as Ratis writes it
     * @return the configuration that it took the place of; empty if the store held the entry already
     */
    public Optional<Bytes> configure(Position at, Bytes configuration) {
        StoreMeta before = store.meta();
        if (isCovered(before.applied(), at)) {
            return Optional.empty();
        }
        store.write(at, txn -> {
            txn.configuration(configuration);
            return at;
        });
        return Optional.of(before.configuration());
    }

    /** Writes down which Raft group the store belongs to, or checks it against what is written there. */
    public void belongTo(UUID groupId) {
        store.write(WriteAt.UNLOGGED, txn -> {
            txn.belongTo(groupId);
            return groupId;
        });
    }

    /** Starts from nothing each time it is called: the store runs it again if it had to grow. */
    private static List<Optional<Outcome>> applyAll(List<Committed> entries, WriteTxn txn) {
        var applier = new Applier(txn);
        List<Optional<Outcome>> outcomes = new ArrayList<>(entries.size());
        for (Committed committed : entries) {
            outcomes.add(Optional.of(applier.apply(committed.position(), committed.entry())));
        }
        return outcomes;
    }

    private static boolean isCovered(Optional<Position> have, Position position) {
        return have.map(applied -> applied.covers(position)).orElse(false);
    }
}
