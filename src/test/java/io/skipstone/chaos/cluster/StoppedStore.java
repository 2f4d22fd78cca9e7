package io.skipstone.chaos.cluster;

import io.skipstone.chaos.history.Commit;
import io.skipstone.chaos.history.Seen;
import io.skipstone.model.Bytes;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Generations;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.ReadView;
import io.skipstone.store.ReadView.Remembered;
import io.skipstone.store.StateHash;
import io.skipstone.store.StateVisitor;
import io.skipstone.store.StoreConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the store of a stopped node holds.
 *
 * @param commits every revision since the beginning: the node kept all history
 */
public record StoppedStore(Position applied, StateHash hash, List<Commit> commits) {
    public StoppedStore {
        commits = List.copyOf(commits);
    }

    /** Empty if the directory has no store that knows where it stands, or one that took nothing yet. */
    public static Optional<StoppedStore> read(Path dataDir, Path libraries) {
        var generations = new Generations(StoreConfig.of(dataDir.resolve("store"), libraries));
        return generations
                .best()
                .map(best -> generations.configOf(best.generation().directory()))
                .flatMap(config -> LmdbStore.readStopped(config, StoppedStore::read))
                .flatMap(known -> known);
    }

    private static Optional<StoppedStore> read(ReadView view) {
        var collected = new Collected();
        view.visit(collected);
        return view.meta().applied().map(applied -> new StoppedStore(applied, StateHash.of(view), collected.commits()));
    }

    /** Versions say what was written, changes say in which revision. */
    private static final class Collected implements StateVisitor {
        private final Map<Long, Map<String, List<Seen>>> writes = new HashMap<>();
        private final TreeMap<Long, Long> timestamps = new TreeMap<>();

        @Override
        public void version(Key key, Timestamp commitTs, Optional<KeyValue> written) {
            List<Seen> seen = written.stream()
                    .map(found -> new Seen(found.value().toUtf8(), found.version(), found.modRevision()))
                    .toList();
            writes.computeIfAbsent(commitTs.bits(), _ -> new HashMap<>())
                    .put(key.bytes().toUtf8(), seen);
        }

        @Override
        public void change(long revision, Timestamp commitTs, Key key) {
            timestamps.put(revision, commitTs.bits());
        }

        @Override
        public void remembered(Bytes idempotencyKey, Remembered outcome) {
            // Outcomes that are kept for repetitions are no revisions.
        }

        @Override
        public void lease(GrantedLease lease) {
            // Leases are no revisions.
        }

        @Override
        public void leased(long leaseId, Key key) {
            // The key's own version says what was written.
        }

        List<Commit> commits() {
            List<Commit> commits = new ArrayList<>();
            timestamps.forEach((revision, timestamp) ->
                    commits.add(new Commit(revision, timestamp, writes.getOrDefault(timestamp, Map.of()))));
            return commits;
        }
    }
}
