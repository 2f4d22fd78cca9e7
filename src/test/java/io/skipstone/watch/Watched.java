package io.skipstone.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.ReadView;
import io.skipstone.store.SortedMapStore;
import io.skipstone.store.Store;
import io.skipstone.store.StoreMeta;
import io.skipstone.store.WriteTxn;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A store with a hub whose thread is the test, which turns the clock too. */
final class Watched {
    static final long NEVER = WatchSpec.MAX_PROGRESS_MILLIS;

    private final Store store;
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private final WatchHub hub;
    private long index;
    private long nanos = 1;

    Watched(WatchLimits limits) {
        this(new SortedMapStore(), limits);
    }

    Watched(Store store, WatchLimits limits) {
        this.store = store;
        this.hub = new WatchHub(counted(Store.class, store), limits, () -> nanos, failure -> {
            throw new AssertionError(failure);
        });
    }

    /** The same, but that each call is counted by its name; what a view is asked, too. */
    private <T> T counted(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            calls.merge(method.getName(), 1, Integer::sum);
            try {
                Object answer = method.invoke(real, args);
                return answer instanceof ReadView view ? counted(ReadView.class, view) : answer;
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        }));
    }

    WatchHub hub() {
        return hub;
    }

    StoreMeta meta() {
        return store.meta();
    }

    /** How often the store, or a view of it, was called by this name since the last time this was asked. */
    int calls(String name) {
        Integer count = calls.remove(name);
        return count == null ? 0 : count;
    }

    long commit(Consumer<WriteTxn> work) {
        index++;
        var at = new Position(1, index);
        return store.write(at, txn -> {
            txn.beginEntry(at, ts(index * 10));
            work.accept(txn);
            return txn.revision();
        });
    }

    static Timestamp ts(long bits) {
        return new Timestamp(bits);
    }

    long put(String key, String value) {
        return commit(txn -> txn.put(Key.utf8(key), Bytes.utf8(value), Timestamp.NONE));
    }

    long delete(String key) {
        return commit(txn -> txn.delete(Key.utf8(key)));
    }

    /** Of the entry that was committed last. */
    Timestamp now() {
        return ts(index * 10);
    }

    void raiseFloor(Timestamp floor) {
        commit(txn -> txn.raiseGcFloor(floor));
        while (store.collect(1024)) {
            assertThat(store.meta().gcFloor()).isEqualTo(floor);
        }
    }

    void pass(long millis) {
        nanos += millis * 1_000_000;
    }

    /** Lets the hub do all that is to be done. */
    void settle() {
        for (int steps = 0; hub.step(); steps++) {
            assertThat(steps).as("steps of the hub").isLessThan(100_000);
        }
    }

    CompletableFuture<Watch> open(WatchSpec spec, Runnable ready) {
        return hub.watch(spec, ready).toCompletableFuture();
    }

    Seen watch(WatchSpec spec) {
        CompletableFuture<Watch> opened = open(spec, () -> {});
        while (!opened.isDone()) {
            assertThat(hub.step() || opened.isDone()).isTrue();
        }
        return new Seen(opened.join());
    }

    Seen watch(KeyRange keys, WatchFrom from) {
        return watch(new WatchSpec(keys, from, false, NEVER));
    }

    static KeyRange prefix(String prefix) {
        return KeyRange.prefix(Bytes.utf8(prefix));
    }

    /** A watcher, and what it has been told. */
    static final class Seen {
        final Watch watch;
        final List<WatchItem> items = new ArrayList<>();

        Seen(Watch watch) {
            this.watch = watch;
        }

        /** Takes all there is. */
        Seen take() {
            return take(Integer.MAX_VALUE);
        }

        Seen take(int most) {
            for (int taken = 0; taken < most; taken++) {
                var item = watch.take();
                if (item.isEmpty()) {
                    break;
                }
                items.add(item.get());
            }
            return this;
        }

        /**
         * Each event on one line; fragments of one revision follow each other, and the last one says so. A watcher that was cancelled among
         * them drops them.
         */
        List<String> events() {
            var lines = new ArrayList<String>();
            int whole = 0;
            long revision = 0;
            boolean goesOn = false;
            for (WatchItem item : items) {
                if (item instanceof WatchItem.Events events) {
                    assertThat(events.revision()).isGreaterThanOrEqualTo(goesOn ? revision : revision + 1);
                    assertThat(!goesOn || events.revision() == revision).isTrue();
                    assertThat(goesOn || !events.events().isEmpty()).isTrue();
                    revision = events.revision();
                    goesOn = events.isFragment();
                    events.events().forEach(event -> lines.add(line(event)));
                    whole = goesOn ? whole : lines.size();
                }
            }
            return items.isEmpty() || !(items.getLast() instanceof WatchItem.Cancelled)
                    ? lines
                    : lines.subList(0, whole);
        }

        static String line(WatchEvent event) {
            return event.revision() + " " + event.key().bytes().toUtf8()
                    + event.written()
                            .map(put -> "=" + put.value().toUtf8() + " v" + put.version() + " c"
                                    + put.createRevision() + " m" + put.modRevision() + " t" + put.commitTs() + " e"
                                    + put.expiresAt())
                            .orElse(" deleted")
                    + event.previous()
                            .map(was -> " was " + was.value().toUtf8())
                            .orElse("");
        }

        /** Those that were told whole. */
        List<Long> revisions() {
            return items.stream()
                    .filter(WatchItem.Events.class::isInstance)
                    .map(WatchItem.Events.class::cast)
                    .filter(events -> !events.isFragment())
                    .map(WatchItem.Events::revision)
                    .toList();
        }

        WatchItem.Cancelled cancelled() {
            return (WatchItem.Cancelled) items.getLast();
        }

        List<Long> progress() {
            return items.stream()
                    .filter(WatchItem.Progress.class::isInstance)
                    .map(item -> ((WatchItem.Progress) item).revision())
                    .toList();
        }
    }

    static String repeat(int bytes) {
        char[] value = new char[bytes];
        Arrays.fill(value, 'x');
        return new String(value);
    }
}
