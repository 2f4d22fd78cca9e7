package io.skipstone.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Command;
import io.skipstone.command.CommandCodec;
import io.skipstone.command.CommandGenerator;
import io.skipstone.command.LogEntry;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome;
import io.skipstone.command.Seeds;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.Limits;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.SortedMapStore;
import io.skipstone.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same log leads to the same outcomes and the same store, on every store, however it is cut into batches, however much of it
 * comes twice, whenever garbage is collected, and whichever entries share a place (P4). A failure names its seed; {@code -Dskipstone.seed=} repeats it.
 */
class ReplayProperties {
    private static final int SEEDS = 15;
    private static final int ENTRIES = 150;
    private static final int LONGEST_BATCH = 20;
    private static final int LONGEST_REPEAT = 5;
    private static final int LONGEST_BUNDLE = 6;

    private static final Key LARGE = Key.utf8("large");
    private static final Command PUT_LARGE =
            Command.Txn.of(new Operation.Put(LARGE, Bytes.wrap(new byte[Limits.DEFAULT.valueBytes()]), 0));

    /** Once the key is there, its values together are more than a transaction may return. */
    private static final Command GET_LARGE_OFTEN =
            Command.Txn.of(Collections.nCopies(4, new Operation.Get(LARGE)).toArray(Operation[]::new));

    @Test
    void onTheSortedMap() {
        Seeds.each(SEEDS, random -> assertSameReplay(random, SortedMapStore::new));
    }

    @Test
    void theLogsMeetEveryKindOfOutcome() {
        var random = new Random(1);
        var kinds = new TreeMap<String, Integer>();
        for (int i = 0; i < 10; i++) {
            try (Store store = new SortedMapStore()) {
                oneByOne(store, log(random))
                        .forEach(outcome -> kinds.merge(outcome.getClass().getSimpleName(), 1, Integer::sum));
            }
        }

        assertThat(kinds.keySet())
                .containsAll(Arrays.stream(Outcome.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .collect(Collectors.toSet()));
    }

    @Test
    void onLmdb(@TempDir Path directory) {
        Seeds.each(SEEDS, random -> assertSameReplay(random, () -> LmdbStores.open(directory)));
    }

    static void assertSameReplay(Random random, OpenStore openStore) {
        List<Committed> log = log(random);
        try (Store model = new SortedMapStore();
                Store store = openStore.open()) {
            List<Outcome> expected = oneByOne(model, log);

            List<Outcome> outcomes = inBatches(store, bundles(log, random), random);

            assertThat(outcomes).isEqualTo(expected);
            assertThat(StoreDump.of(store)).isEqualTo(StoreDump.of(model));
        }
    }

    private static List<Outcome> oneByOne(Store store, List<Committed> log) {
        var applier = new BatchApplier(store);
        return log.stream()
                .map(committed -> applier.apply(List.of(committed)).getFirst().orElseThrow())
                .toList();
    }

    /** The same entries, some of them at the place of the one that follows; those at one place come together. */
    private static List<List<Committed>> bundles(List<Committed> log, Random random) {
        var bundles = new ArrayList<List<Committed>>();
        for (int from = 0; from < log.size(); ) {
            int to = Math.min(log.size(), from + 1 + Math.max(0, random.nextInt(LONGEST_BUNDLE) - 1));
            Position place = log.get(to - 1).position();
            bundles.add(log.subList(from, to).stream()
                    .map(committed -> new Committed(place, committed.entry()))
                    .toList());
            from = to;
        }
        return bundles;
    }

    private static List<Outcome> inBatches(Store store, List<List<Committed>> bundles, Random random) {
        var applier = new BatchApplier(store);
        var outcomes = new ArrayList<Outcome>();
        for (int done = 0; done < bundles.size(); ) {
            int from = Math.max(0, done - random.nextInt(LONGEST_REPEAT));
            int to = Math.min(bundles.size(), done + 1 + random.nextInt(LONGEST_BATCH));
            List<Optional<Outcome>> batch = applier.apply(entries(bundles.subList(from, to)));

            int repeated = entries(bundles.subList(from, done)).size();
            assertThat(batch.subList(0, repeated)).allMatch(Optional::isEmpty);
            batch.forEach(outcome -> outcome.ifPresent(outcomes::add));
            if (random.nextInt(4) == 0) {
                store.collect(1 + random.nextInt(50));
            }
            done = to;
        }
        return outcomes;
    }

    private static List<Committed> entries(List<List<Committed>> bundles) {
        return bundles.stream().flatMap(List::stream).toList();
    }

    private static List<Committed> log(Random random) {
        var generator = new CommandGenerator(random);
        var log = new ArrayList<Committed>();
        var commitTs = Timestamp.ofMillis(1_000_000);
        long index = 0;
        for (int i = 0; i < ENTRIES; i++) {
            index += 1 + random.nextInt(3);
            commitTs = random.nextBoolean() ? commitTs.next() : commitTs.plusMillis(1 + random.nextInt(400));
            log.add(new Committed(new Position(1, index), entry(random, generator, commitTs, log)));
        }
        return log;
    }

    private static LogEntry entry(
            Random random, CommandGenerator generator, Timestamp commitTs, List<Committed> before) {
        if (!before.isEmpty() && random.nextInt(10) == 0) {
            LogEntry repeated = before.get(random.nextInt(before.size())).entry();
            return throughTheLog(commitTs, repeated.once(), repeated.command());
        }
        if (random.nextInt(20) == 0) {
            return throughTheLog(commitTs, generator.once(), random.nextInt(4) == 0 ? PUT_LARGE : GET_LARGE_OFTEN);
        }
        Timestamp floor = Timestamp.ofMillis(commitTs.millis() - random.nextInt(3000) + 500);
        return throughTheLog(commitTs, generator.once(), generator.command(commitTs, floor));
    }

    /** What comes out of the log is what is applied. */
    private static LogEntry throughTheLog(Timestamp commitTs, Once once, Command command) {
        byte[] bytes = CommandCodec.encode(once, command);
        CommandCodec.stamp(bytes, () -> commitTs);
        return CommandCodec.decode(bytes).getFirst();
    }

    /** A new, empty store. */
    interface OpenStore {
        Store open();
    }
}
