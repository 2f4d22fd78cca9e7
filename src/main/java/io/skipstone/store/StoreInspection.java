package io.skipstone.store;

import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.StoreState.Doubt;
import io.skipstone.store.StoreState.Fresh;
import io.skipstone.store.StoreState.Unknown;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * What a stopped store holds.
 *
 * @param pageBytes LMDB's page size in this file; 0 when the store cannot be read
 * @param rows rows of each table, by its name in the file; empty when the store cannot be read
 */
public record StoreInspection(StoreState state, StoreStats stats, int pageBytes, SequencedMap<String, Long> rows) {
    private static final StoreStats NOTHING = new StoreStats(0, 0, 0, 0, 0);

    static StoreInspection of(StoreConfig config) {
        try {
            if (!StoreOpener.holdsStore(config.directory())) {
                return new StoreInspection(new Fresh(), NOTHING, 0, new LinkedHashMap<>());
            }
        } catch (IOException e) {
            return new StoreInspection(new Unknown(Doubt.READ_ERROR), NOTHING, 0, new LinkedHashMap<>());
        }
        StoreOpener.Opened opened = StoreOpener.open(config, true);
        try (Engine engine = opened.engine()) {
            return new StoreInspection(opened.state(), engine.stats(), opened.pageBytes(), rowCounts(opened));
        }
    }

    static <T> Optional<T> read(StoreConfig config, Function<ReadView, T> work) {
        StoreOpener.Opened opened = StoreOpener.open(config, true);
        try (Engine engine = opened.engine()) {
            if (opened.state() instanceof Unknown) {
                return Optional.empty();
            }
            try (ReadView view = view(engine.read())) {
                return Optional.of(work.apply(view));
            }
        }
    }

    private static ReadView view(Reading rows) {
        return new LmdbReadView(rows, Layout.STANDARD, LmdbStore.metaOf(rows));
    }

    private static SequencedMap<String, Long> rowCounts(StoreOpener.Opened opened) {
        var counts = new LinkedHashMap<String, Long>();
        if (!(opened.state() instanceof Unknown)) {
            try (Reading rows = opened.engine().read()) {
                for (Table table : Table.values()) {
                    counts.put(table.name().toLowerCase(Locale.ROOT), rows.rowCount(table));
                }
            }
        }
        return counts;
    }
}
