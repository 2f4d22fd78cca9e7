package io.skipstone.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Seeds;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.SkipstoneException.Compacted;
import io.skipstone.model.Timestamp;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.SortedMapStore;
import io.skipstone.store.Store;
import io.skipstone.store.StoreConfig;
import io.skipstone.watch.Watched.Seen;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes, begins, takes, stalls, collections and steps of the hub in random order: whatever that is, each watcher is told what a model
 * says, in order and once, or is cancelled at the place where it stops.
 */
class WatchProperties {
    private static final int CASES_IN_MEMORY = 300;
    private static final int CASES_ON_DISK = 25;
    private static final int STEPS = 400;

    @TempDir
    private Path directory;

    @Test
    void eachWatcherIsToldWhatTheModelSaysFromASortedMap() {
        Seeds.each(CASES_IN_MEMORY, random -> new Case(random, new SortedMapStore()).run());
    }

    @Test
    void eachWatcherIsToldWhatTheModelSaysFromLmdb() {
        Seeds.each(CASES_ON_DISK, random -> {
            Path dir = directory.resolve(Long.toHexString(random.nextLong()));
            try (Store store = LmdbStore.open(StoreConfig.of(dir, directory.resolve("native")))) {
                new Case(random, store).run();
            }
        });
    }

    private static final class Case {
        private final Random random;
        private final Watched store;

        /** What is there, by key. */
        private final Map<String, Version> now = new TreeMap<>();

        /** What each revision did; the first is that of revision 1. */
        private final List<Map<String, String>> history = new ArrayList<>();

        private final List<Timestamp> times = new ArrayList<>();
        private final List<Began> watchers = new ArrayList<>();
        private Timestamp floor = Timestamp.NONE;

        private record Version(String value, long createRevision, long version, long expiresAt) {}

        /** A watcher, and where it will have begun. */
        private record Began(WatchSpec spec, long first, CompletableFuture<Watch> opened, List<Seen> seen) {}

        Case(Random random, Store store) {
            this.random = random;
            this.store = new Watched(store, new WatchLimits(1_000, 1_000, 200 + random.nextInt(2_000), 1 << 14, 1_000));
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(12)) {
                    case 0 -> begin();
                    case 1, 2, 3, 4 -> write();
                    case 5, 6 -> store.hub().step();
                    case 7, 8 -> taken(watcher -> watcher.take(1 + random.nextInt(3)));
                    case 9 -> taken(watcher -> watcher.watch.askProgress());
                    case 10 -> store.pass(random.nextInt(400));
                    default -> collectNowAndThen();
                }
            }
            boolean told = true;
            while (told) {
                store.settle();
                told = watchers.stream().mapToInt(this::takeAll).sum() > 0;
            }
            watchers.forEach(this::check);
        }

        private int takeAll(Began watcher) {
            Seen seen = seen(watcher);
            if (seen == null) {
                return 0;
            }
            int before = seen.items.size();
            return seen.take().items.size() - before;
        }

        private Seen seen(Began watcher) {
            if (watcher.seen.isEmpty() && watcher.opened.isDone() && !watcher.opened.isCompletedExceptionally()) {
                watcher.seen.add(new Seen(watcher.opened.join()));
            }
            return watcher.seen.isEmpty() ? null : watcher.seen.getFirst();
        }

        private void taken(java.util.function.Consumer<Seen> work) {
            if (!watchers.isEmpty()) {
                Seen seen = seen(watchers.get(random.nextInt(watchers.size())));
                if (seen != null) {
                    work.accept(seen);
                }
            }
        }

        private String key() {
            return (char) ('a' + random.nextInt(3)) + "/" + (random.nextBoolean() ? "" : random.nextInt(3));
        }

        private KeyRange keys() {
            Bytes key = Bytes.utf8(key());
            return switch (random.nextInt(4)) {
                case 0 -> KeyRange.ALL;
                case 1 -> new Key(key).asRange();
                case 2 -> KeyRange.prefix(Bytes.utf8(key().substring(0, 2)));
                default -> new KeyRange(key, key.compareTo(Bytes.utf8("c/")) < 0 ? Bytes.utf8("c/") : Bytes.EMPTY);
            };
        }

        private void begin() {
            long newest = history.size();
            long asked = Math.max(1, newest + 3 - random.nextInt(8));
            WatchFrom from = random.nextBoolean() ? new WatchFrom.Revision(asked) : time(asked);
            var spec = new WatchSpec(keys(), from, random.nextBoolean(), 100 + random.nextInt(1_000));
            watchers.add(new Began(spec, asked, store.open(spec, () -> {}), new ArrayList<>()));
        }

        private WatchFrom time(long revision) {
            return revision <= times.size()
                    ? new WatchFrom.Time(times.get((int) revision - 1), 0)
                    : new WatchFrom.Revision(revision);
        }

        private void write() {
            Timestamp commitTs = Watched.ts(store.now().bits() + 10);
            long revision = history.size() + 1L;
            var did = new LinkedHashMap<String, String>();
            long changed = store.commit(txn -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    String key = key();
                    if (!did.containsKey(key)) {
                        Version was = now.get(key);
                        Version visible =
                                was == null || (was.expiresAt != 0 && was.expiresAt <= commitTs.bits()) ? null : was;
                        String before = visible == null ? "" : " was " + visible.value;
                        if (random.nextInt(3) == 0) {
                            if (txn.delete(Key.utf8(key))) {
                                did.put(key, revision + " " + key + " deleted" + before);
                                now.remove(key);
                            }
                        } else {
                            String value = Watched.repeat(random.nextInt(120)) + random.nextInt(10);
                            long expiresAt = random.nextInt(3) == 0 ? commitTs.bits() + 1 + random.nextInt(60) : 0;
                            var next = new Version(
                                    value,
                                    visible == null ? revision : visible.createRevision,
                                    visible == null ? 1 : visible.version + 1,
                                    expiresAt);
                            txn.put(Key.utf8(key), Bytes.utf8(value), Watched.ts(expiresAt));
                            now.put(key, next);
                            did.put(
                                    key,
                                    revision + " " + key + "=" + value + " v" + next.version + " c"
                                            + next.createRevision + " m" + revision + " t" + commitTs + " e"
                                            + expiresAt + before);
                        }
                    }
                }
            });
            if (!did.isEmpty()) {
                assertThat(changed).isEqualTo(revision);
                history.add(did);
                times.add(commitTs);
            }
        }

        private void collectNowAndThen() {
            if (random.nextInt(4) == 0 && !times.isEmpty()) {
                Timestamp wanted = times.get(random.nextInt(times.size())).max(floor);
                floor = wanted;
                store.raiseFloor(wanted);
            }
        }

        private void check(Began watcher) {
            assertThat(watcher.opened).isDone();
            if (watcher.opened.isCompletedExceptionally()) {
                assertThat(watcher.opened.exceptionNow())
                        .isInstanceOfSatisfying(Compacted.class, gone -> assertThat(gone.lowestRevision())
                                .isGreaterThan(watcher.first));
                return;
            }
            Seen seen = watcher.seen.getFirst();
            assertThat(seen.watch.startRevision()).isEqualTo(watcher.first);
            long end = history.size();
            if (!seen.items.isEmpty() && seen.items.getLast() instanceof WatchItem.Cancelled cancelled) {
                end = Math.min(
                        end, seen.revisions().isEmpty() ? 0 : seen.revisions().getLast());
                if (!(cancelled.why() instanceof Compacted)) {
                    // Nothing that it watches lies between what it had and where it is told to go on.
                    end = Math.min(history.size(), cancelled.resumeRevision() - 1);
                }
            }
            assertThat(seen.events()).isEqualTo(expected(watcher, end));
            assertThat(seen.progress()).isSorted();
        }

        private List<String> expected(Began watcher, long end) {
            List<String> expected = new ArrayList<>();
            for (long revision = watcher.first; revision <= end; revision++) {
                history.get((int) revision - 1).forEach((key, line) -> {
                    if (watcher.spec.keys().contains(Bytes.utf8(key))) {
                        int was = line.indexOf(" was ");
                        expected.add(watcher.spec.previous() || was < 0 ? line : line.substring(0, was));
                    }
                });
            }
            return expected;
        }
    }
}
