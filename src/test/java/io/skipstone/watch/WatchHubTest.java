package io.skipstone.watch;

import static io.skipstone.watch.Watched.prefix;
import static io.skipstone.watch.Watched.repeat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.Compacted;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.model.Timestamp;
import io.skipstone.watch.Watched.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WatchHubTest {
    private final Watched store = new Watched(new WatchLimits(5_000, 1_024, 4_096, 1 << 20, 1_000));

    private static WatchFrom revision(long revision) {
        return new WatchFrom.Revision(revision);
    }

    @Nested
    class Events {
        @Test
        void tellWhatEachRevisionDidInTheOrderOfTheTransaction() {
            Seen seen = store.watch(KeyRange.ALL, WatchFrom.now());

            store.put("b", "1");
            store.commit(txn -> {
                txn.delete(Key.utf8("b"));
                txn.put(Key.utf8("a"), Bytes.utf8("2"), Timestamp.NONE);
            });
            store.settle();

            assertThat(seen.take().events())
                    .containsExactly("1 b=1 v1 c1 m1 t10 e0", "2 b deleted", "2 a=2 v1 c2 m2 t20 e0");
            assertThat(seen.revisions()).containsExactly(1L, 2L);
        }

        @Test
        void carryWhatWasThereBeforeForThoseWhoAsk() {
            Seen plain = store.watch(KeyRange.ALL, WatchFrom.now());
            Seen asking = store.watch(new WatchSpec(KeyRange.ALL, WatchFrom.now(), true, Watched.NEVER));

            store.put("a", "1");
            store.put("a", "2");
            store.delete("a");
            store.settle();

            assertThat(plain.take().events()).noneMatch(line -> line.contains("was"));
            assertThat(asking.take().events())
                    .containsExactly("1 a=1 v1 c1 m1 t10 e0", "2 a=2 v2 c1 m2 t20 e0 was 1", "3 a deleted was 2");
        }

        @Test
        void doNotTellOfAnExpiryAndDoNotCallWhatHasExpiredPrevious() {
            Seen seen = store.watch(new WatchSpec(KeyRange.ALL, WatchFrom.now(), true, Watched.NEVER));

            store.commit(txn -> txn.put(Key.utf8("a"), Bytes.utf8("short"), Watched.ts(25)));
            store.put("other", "1");
            store.put("other", "2");
            store.delete("a");
            store.put("a", "new");
            store.settle();

            assertThat(seen.take().events())
                    .containsExactly(
                            "1 a=short v1 c1 m1 t10 e25",
                            "2 other=1 v1 c2 m2 t20 e0",
                            "3 other=2 v2 c2 m3 t30 e0 was 1",
                            "4 a=new v1 c4 m4 t50 e0");
        }

        @Test
        void reachThoseWhoWatchTheKeyAPrefixOrARangeAndNobodyElse() {
            Seen key = store.watch(Key.utf8("a/1").asRange(), WatchFrom.now());
            Seen prefix = store.watch(prefix("a/"), WatchFrom.now());
            Seen range = store.watch(new KeyRange(Bytes.utf8("a/2"), Bytes.utf8("b")), WatchFrom.now());
            Seen toTheEnd = store.watch(new KeyRange(Bytes.utf8("b"), Bytes.EMPTY), WatchFrom.now());

            for (String changed : List.of("a", "a/1", "a/1x", "a/2", "b", "zz")) {
                store.put(changed, "v");
            }
            store.settle();

            assertThat(key.take().revisions()).containsExactly(2L);
            assertThat(prefix.take().revisions()).containsExactly(2L, 3L, 4L);
            assertThat(range.take().revisions()).containsExactly(4L);
            assertThat(toTheEnd.take().revisions()).containsExactly(5L, 6L);
        }

        @Test
        void ofALargeRevisionComeInFragmentsOfWhichTheLastSaysSo() {
            var roomy = new Watched(WatchLimits.DEFAULT);
            Seen all = roomy.watch(KeyRange.ALL, WatchFrom.now());
            Seen first = roomy.watch(Key.utf8("key-0").asRange(), WatchFrom.now());
            List<Key> keys = IntStream.range(0, 3 * Sweep.STRETCH_KEYS)
                    .mapToObj(n -> Key.utf8("key-" + n))
                    .toList();

            roomy.commit(txn -> keys.forEach(key -> txn.put(key, Bytes.EMPTY, Timestamp.NONE)));
            for (int rounds = 0; rounds < 10; rounds++) {
                roomy.settle();
                all.take();
                first.take();
            }

            assertThat(all.events()).hasSize(keys.size());
            assertThat(all.items).hasSizeGreaterThan(2).allMatch(item -> item instanceof WatchItem.Events);
            assertThat(((WatchItem.Events) all.items.getLast()).isFragment()).isFalse();
            // Its one key was not known to be the last one when it was told.
            assertThat(first.events()).hasSize(1);
            assertThat(first.items).hasSize(2);
        }
    }

    @Nested
    class ABegin {
        @Test
        void inThePastTellsWhatWasAndGoesOnWithoutAGap() {
            LongStream.rangeClosed(1, 5).forEach(n -> store.put("a", "" + n));
            Seen seen = store.watch(KeyRange.ALL, revision(3));

            store.settle();
            store.put("a", "6");
            store.settle();

            assertThat(seen.take().revisions()).containsExactly(3L, 4L, 5L, 6L);
            assertThat(seen.watch.startRevision()).isEqualTo(3);
        }

        @Test
        void inTheFutureWaits() {
            Seen seen = store.watch(KeyRange.ALL, revision(3));
            seen.watch.askProgress();
            store.put("a", "1");
            store.put("a", "2");
            store.settle();
            assertThat(seen.take().revisions()).isEmpty();

            store.put("a", "3");
            store.settle();

            assertThat(seen.take().revisions()).containsExactly(3L);
            assertThat(seen.progress()).containsExactly(2L);
        }

        @Test
        void atATimestampIsTheFirstChangeAtOrAfterIt() {
            LongStream.rangeClosed(1, 4).forEach(n -> store.put("a", "" + n));

            Seen at = store.watch(KeyRange.ALL, new WatchFrom.Time(Watched.ts(20), 0));
            Seen between = store.watch(KeyRange.ALL, new WatchFrom.Time(Watched.ts(21), 0));
            Seen future = store.watch(KeyRange.ALL, new WatchFrom.Time(Watched.ts(55), 0));
            Seen resumed = store.watch(KeyRange.ALL, new WatchFrom.Time(Watched.ts(20), 0).after(3));
            store.put("a", "5");
            store.put("a", "6");
            store.settle();

            assertThat(at.take().revisions()).containsExactly(2L, 3L, 4L, 5L, 6L);
            assertThat(between.take().revisions()).containsExactly(3L, 4L, 5L, 6L);
            assertThat(future.take().revisions()).containsExactly(6L);
            assertThat(resumed.take().revisions()).containsExactly(4L, 5L, 6L);
        }

        @Test
        void belowTheFloorIsRefusedWithTheLowestRevisionThatCanBeWatched() {
            LongStream.rangeClosed(1, 5).forEach(n -> store.put("a", "" + n));
            store.raiseFloor(Watched.ts(30));

            CompletableFuture<Watch> refused = store.open(spec(revision(3)), () -> {});
            CompletableFuture<Watch> byTime = store.open(spec(new WatchFrom.Time(Watched.ts(30), 0)), () -> {});
            store.settle();

            assertThat(failure(refused)).isInstanceOfSatisfying(Compacted.class, gone -> {
                assertThat(gone.lowestRevision()).isEqualTo(4);
                assertThat(gone).hasMessageContaining("revision 4");
            });
            assertThat(failure(byTime)).isInstanceOf(Compacted.class);
            assertThat(store.hub().watches()).isZero();
            store.settle();
            Seen lowest = store.watch(KeyRange.ALL, revision(4));
            store.settle();
            assertThat(lowest.take().revisions()).containsExactly(4L, 5L);
        }

        @Test
        void beyondTheLimitOfTheNodeIsRefusedUntilAnotherEnds() {
            var small = new Watched(new WatchLimits(2, 1, 4_096, 1 << 20, 1_000));
            Seen first = small.watch(KeyRange.ALL, WatchFrom.now());
            small.watch(KeyRange.ALL, WatchFrom.now());

            assertThat(failure(small.open(spec(WatchFrom.now()), () -> {}))).isInstanceOf(Overloaded.class);
            first.watch.close();
            small.settle();

            small.watch(KeyRange.ALL, WatchFrom.now());
            assertThat(small.hub().watches()).isEqualTo(2);
        }

        @Test
        void withAnIntervalOutOfBoundsIsRefused() {
            assertThatThrownBy(() -> new WatchSpec(KeyRange.ALL, WatchFrom.now(), false, 99))
                    .isInstanceOf(BadRequest.class);
            assertThatThrownBy(() -> new WatchSpec(KeyRange.ALL, WatchFrom.now(), false, Long.MAX_VALUE))
                    .isInstanceOf(BadRequest.class);
        }
    }

    @Nested
    class Progress {
        @Test
        void isToldOnIdleKeysAfterTheInterval() {
            Seen seen = store.watch(new WatchSpec(prefix("idle"), WatchFrom.now(), false, 500));
            LongStream.rangeClosed(1, 3).forEach(n -> store.put("a", "" + n));
            store.settle();
            assertThat(seen.take().items).isEmpty();

            store.pass(500);
            store.settle();
            assertThat(seen.take().progress()).containsExactly(3L);
            store.put("a", "4");
            store.pass(500);
            store.settle();

            assertThat(seen.take().progress()).containsExactly(3L, 4L);
        }

        @Test
        void onRequestComesBehindTheEventsBeforeIt() {
            Seen seen = store.watch(KeyRange.ALL, WatchFrom.now());
            store.put("a", "1");

            seen.watch.askProgress();
            seen.watch.askProgress();
            store.settle();

            assertThat(seen.take().items).hasSize(2);
            assertThat(seen.items.getLast()).isEqualTo(new WatchItem.Progress(1, 2));
        }

        @Test
        void isReplacedAndNotHeapedUpForAWatcherThatTakesNothing() {
            Seen seen = store.watch(new WatchSpec(KeyRange.ALL, WatchFrom.now(), false, 100));
            for (int i = 0; i < 100; i++) {
                store.pass(100);
                seen.watch.askProgress();
                store.settle();
            }

            assertThat(seen.take().items).hasSize(1);
        }
    }

    @Nested
    class ASlowWatcher {
        @Test
        void isFedFromTheStoreWhenItsBufferIsFullAndMissesNothing() {
            Seen slow = store.watch(KeyRange.ALL, WatchFrom.now());
            Seen quick = store.watch(KeyRange.ALL, WatchFrom.now());
            for (int i = 1; i <= 100; i++) {
                store.put("a", repeat(1000));
                store.settle();
                quick.take();
            }
            assertThat(quick.revisions()).hasSize(100);
            assertThat(store.hub().fullWatches()).isEqualTo(1);
            assertThat(store.hub().waitingBytes()).isLessThanOrEqualTo(4_096);

            while (slow.revisions().size() < 100) {
                int before = slow.items.size();
                slow.take(1);
                store.settle();
                assertThat(slow.items).hasSizeGreaterThan(before);
            }

            assertThat(slow.revisions())
                    .isEqualTo(LongStream.rangeClosed(1, 100).boxed().toList());
            assertThat(slow.take().items).hasSize(100);
        }

        @Test
        void isCancelledWhenItTakesNothingAndToldWhereToGoOn() {
            Seen slow = store.watch(KeyRange.ALL, WatchFrom.now());
            Seen idle = store.watch(prefix("idle"), WatchFrom.now());
            LongStream.rangeClosed(1, 10).forEach(n -> store.put("a", repeat(1000)));
            store.settle();
            slow.take(1);

            store.pass(1_001);
            store.settle();

            slow.take();
            assertThat(slow.cancelled().why())
                    .isInstanceOf(Overloaded.class)
                    .extracting(SkipstoneException::code)
                    .isEqualTo("slow_watcher");
            assertThat(slow.cancelled().resumeRevision()).isEqualTo(2);
            assertThat(store.hub().cancelledSlow()).isEqualTo(1);
            assertThat(store.hub().waitingBytes()).isZero();
            Seen resumed = store.watch(KeyRange.ALL, revision(slow.cancelled().resumeRevision()));
            store.settle();
            assertThat(resumed.take(1).revisions()).containsExactly(2L);
            assertThat(idle.take().items).isEmpty();
        }

        @Test
        void isCancelledWhenTheFloorOvertakesIt() {
            Seen slow = store.watch(KeyRange.ALL, WatchFrom.now());
            LongStream.rangeClosed(1, 10).forEach(n -> store.put("a", repeat(1000)));
            store.settle();

            store.raiseFloor(Watched.ts(90));
            store.settle();

            slow.take();
            assertThat(slow.cancelled().why()).isInstanceOf(Compacted.class);
            assertThat(slow.cancelled().resumeRevision()).isEqualTo(10);
        }

        @Test
        void doesNotHoldMoreThanAllMayHoldTogether() {
            var tight = new Watched(new WatchLimits(100, 100, 64 << 10, 128 << 10, 1_000));
            List<Seen> seen = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                seen.add(tight.watch(KeyRange.ALL, WatchFrom.now()));
            }
            LongStream.rangeClosed(1, 200).forEach(n -> tight.put("a", repeat(1000)));
            tight.settle();

            assertThat(tight.hub().waitingBytes()).isLessThanOrEqualTo(128 << 10);
            while (seen.stream().anyMatch(one -> one.revisions().size() < 200)) {
                seen.forEach(Seen::take);
                tight.settle();
            }
            seen.forEach(one -> assertThat(one.take().events()).hasSize(200));
        }
    }

    @Test
    void anIdleWatchBelowTheFloorGoesOn() {
        Seen idle = store.watch(prefix("idle"), WatchFrom.now());
        LongStream.rangeClosed(1, 5).forEach(n -> store.put("a", "" + n));
        store.settle();
        store.raiseFloor(store.now());
        store.settle();

        store.put("idle", "1");
        store.settle();

        assertThat(idle.take().revisions()).containsExactly(6L);
    }

    @Test
    void aNodeThatLeavesCancelsEachWithWhereToGoOnAndTakesNoNewOnes() {
        Seen seen = store.watch(KeyRange.ALL, WatchFrom.now());
        Seen future = store.watch(KeyRange.ALL, revision(100));
        store.put("a", "1");
        store.settle();
        seen.take();

        store.hub().drain();
        store.settle();

        assertThat(seen.take().cancelled().why()).isInstanceOf(NotReady.class);
        assertThat(seen.cancelled().resumeRevision()).isEqualTo(2);
        assertThat(future.take().cancelled().resumeRevision()).isEqualTo(100);
        assertThat(failure(store.open(spec(WatchFrom.now()), () -> {}))).isInstanceOf(NotReady.class);
        assertThat(store.hub().watches()).isZero();
    }

    @Test
    void aWatcherThatGoesAwayHoldsNothing() {
        Seen seen = store.watch(KeyRange.ALL, WatchFrom.now());
        LongStream.rangeClosed(1, 10).forEach(n -> store.put("a", repeat(1000)));
        store.settle();

        seen.watch.close();
        seen.watch.close();
        store.settle();

        assertThat(store.hub().watches()).isZero();
        assertThat(store.hub().waitingBytes()).isZero();
        assertThat(seen.take().items).isEmpty();
        store.calls("read");
        store.put("a", "1");
        store.settle();
        assertThat(store.calls("read")).isZero();
    }

    @Test
    void thousandsOfWatchersOfOnePrefixCostOneReadOfEachChange() {
        var many = new Watched(WatchLimits.DEFAULT);
        List<Seen> seen = new ArrayList<>();
        List<CompletableFuture<Watch>> opened = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            opened.add(many.open(spec(i % 2 == 0 ? WatchFrom.now() : revision(1)), () -> {}));
        }
        many.settle();
        opened.forEach(one -> seen.add(new Seen(one.join())));
        many.calls("read");

        for (int n = 1; n <= 50; n++) {
            many.put("a/" + n, "v");
        }
        many.settle();

        seen.forEach(one -> assertThat(one.take().events()).hasSize(50));
        assertThat(many.calls("read")).isLessThanOrEqualTo(2);
        assertThat(many.calls("get")).isEqualTo(50);
        assertThat(many.calls("changesFrom")).isLessThanOrEqualTo(2);
    }

    @Test
    void thousandsOfWatchersThatAreBehindCatchUpTogether() {
        var many = new Watched(WatchLimits.DEFAULT);
        for (int n = 1; n <= 1_000; n++) {
            many.put("a/" + n, "v");
        }
        List<CompletableFuture<Watch>> opened = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            opened.add(many.open(spec(revision(990 + i % 10)), () -> {}));
        }
        many.settle();

        for (int i = 0; i < 2_000; i++) {
            assertThat(new Seen(opened.get(i).join()).take().revisions())
                    .isEqualTo(
                            LongStream.rangeClosed(990 + i % 10, 1_000).boxed().toList());
        }
        assertThat(many.calls("get")).isLessThanOrEqualTo(40);
    }

    private static WatchSpec spec(WatchFrom from) {
        return new WatchSpec(KeyRange.ALL, from, false, Watched.NEVER);
    }

    private static Throwable failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return future.exceptionNow();
    }
}
