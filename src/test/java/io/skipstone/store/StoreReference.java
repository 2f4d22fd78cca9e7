package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Rows;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.StoreHistory.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a store that never lost power holds after each step of a history; step 0 is the empty store.
 *
 * @param states hash of every row of every table
 * @param commits how many transactions were committed until then
 */
record StoreReference(List<String> states, List<Integer> commits) {
    private static final int COMPARE_EVERY_STEPS = 25;

    /** Lives through the history, and compares with the model on the way. */
    static StoreReference of(StoreHistory history, StoreConfig config, long seed) {
        var engine = new AtomicReference<Engine>();
        var states = new ArrayList<String>();
        var commits = new ArrayList<Integer>();
        try (var model = new SortedMapStore();
                Store store = LmdbStore.open(config, Layout.STANDARD, real -> {
                    engine.set(real);
                    return real;
                })) {
            states.add(hash(engine.get()));
            commits.add(0);
            for (Step step : history.steps()) {
                boolean commit = play(step, store, model, engine.get());
                states.add(commit ? hash(engine.get()) : states.getLast());
                commits.add(commits.getLast() + (commit ? 1 : 0));
                if (states.size() % COMPARE_EVERY_STEPS == 0) {
                    assertThat(StoreImage.sample(store, seed)).isEqualTo(StoreImage.sample(model, seed));
                }
            }
        }
        return new StoreReference(states, commits);
    }

    private static boolean play(Step step, Store store, Store model, Engine engine) {
        return switch (step) {
            case Step.Write write -> {
                StoreHistory.write(store, write);
                StoreHistory.write(model, write);
                yield true;
            }
            case Step.Collect(int rows) -> {
                boolean garbage = hasGarbage(engine, store.meta());
                store.collect(rows);
                model.collect(rows);
                yield garbage;
            }
            case Step.Pin _, Step.Restart _ -> false;
        };
    }

    private static boolean hasGarbage(Engine engine, StoreMeta meta) {
        try (Reading rows = engine.read()) {
            return GarbageCollector.hasWork(rows, meta);
        }
    }

    /** Of every row of every table, as it lies in the file. */
    static String hash(Engine engine) {
        try (Reading reading = engine.read()) {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            for (Table table : Table.values()) {
                digest.update(table.name().getBytes(StandardCharsets.US_ASCII));
                Rows rows = reading.rows(table);
                for (boolean more = rows.seek(new byte[] {0}); more; more = rows.next()) {
                    digest.update(rows.key());
                    digest.update((byte) 0);
                    digest.update(rows.row());
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    void writeTo(Path file) throws IOException {
        var lines = new ArrayList<String>();
        for (int step = 0; step < states.size(); step++) {
            lines.add(commits.get(step) + " " + states.get(step));
        }
        Files.write(file, lines);
    }

    static StoreReference read(Path file) throws IOException {
        List<String[]> lines =
                Files.readAllLines(file).stream().map(line -> line.split(" ")).toList();
        return new StoreReference(
                lines.stream().map(line -> line[1]).toList(),
                lines.stream().map(line -> Integer.valueOf(line[0])).toList());
    }
}
