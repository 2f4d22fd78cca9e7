package io.skipstone.consensus;

import static io.skipstone.consensus.TestGroup.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.command.Command;
import io.skipstone.model.Bytes;
import io.skipstone.model.KeyRange;
import io.skipstone.model.SkipstoneException.Compacted;
import io.skipstone.store.StoreInUse;
import io.skipstone.watch.Watch;
import io.skipstone.watch.WatchFrom;
import io.skipstone.watch.WatchHub;
import io.skipstone.watch.WatchItem;
import io.skipstone.watch.WatchItem.Cancelled;
import io.skipstone.watch.WatchItem.Events;
import io.skipstone.watch.WatchLimits;
import io.skipstone.watch.WatchSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches of a follower that gets another member's store in the place of its own while it runs. */
class WatchThroughInstallTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int VALUES = 40;

    /** Two of the values that the group writes. */
    private static final int BUFFER_BYTES = 20 << 10;

    private static final WatchLimits LIMITS = new WatchLimits(100, 100, BUFFER_BYTES, 1 << 20, 600_000);
    private static final KeyRange WATCHED = KeyRange.prefix(Bytes.utf8("k/"));

    @TempDir
    private Path temp;

    /** The watches of one node, over the store that it has in use. */
    private static final class Watchers implements AutoCloseable {
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private final WatchHub hub;

        Watchers(StoreInUse store) {
            hub = new WatchHub(store, LIMITS, System::nanoTime, failures::add);
            store.whenChanged(hub::signal);
            hub.start();
        }

        Watcher watch(WatchFrom from) {
            var spec = new WatchSpec(WATCHED, from, false, WatchSpec.MIN_PROGRESS_MILLIS);
            return new Watcher(result(hub.watch(spec, () -> {})));
        }

        @Override
        public void close() {
            hub.close();
            assertThat(failures).isEmpty();
        }
    }

    /** What one watch has told so far. */
    private static final class Watcher {
        private final Watch watch;
        private final List<String> told = new ArrayList<>();
        private Optional<Cancelled> end = Optional.empty();

        Watcher(Watch watch) {
            this.watch = watch;
        }

        /** Takes what there is. */
        Watcher take() {
            for (var item = watch.take(); item.isPresent(); item = watch.take()) {
                note(item.get());
            }
            return this;
        }

        private void note(WatchItem item) {
            switch (item) {
                case Events(var revision, var _, var events, var _) ->
                    events.forEach(event ->
                            told.add(revision + " " + event.key().bytes().toUtf8()));
                case Cancelled cancelled -> end = Optional.of(cancelled);
                case WatchItem.Progress _ -> {}
            }
        }

        boolean hasBeenToldOf(String key) {
            return take().told.stream().anyMatch(change -> change.endsWith(" " + key));
        }
    }

    @Test
    void goOnInTheNewStoreWithoutAGapAndTellNothingTwice() throws Exception {
        try (var group = new LmdbGroup(temp, 3, (_, artifacts) -> artifacts);
                var network = new Partition()) {
            TestNode leader = group.nodes().awaitLeader();
            TestNode follower = group.nodes().follower();
            try (var followers = watchersOf(group, follower);
                    var leaders = watchersOf(group, leader)) {
                Watcher quick = followers.watch(WatchFrom.now());
                Watcher slow = followers.watch(WatchFrom.now());
                Watcher waiting = followers.watch(new WatchFrom.Revision(VALUES + VALUES / 2));
                group.write("k/before-", VALUES);
                await().atMost(PATIENCE).until(() -> quick.hasBeenToldOf("k/before-" + (VALUES - 1)));

                installWhileItRuns(group, network, follower, () -> group.write("k/missed-", VALUES));
                group.write("k/after-", 1);

                Watcher reference = leaders.watch(new WatchFrom.Revision(1));
                awaitToldOf("k/after-0", quick, slow, waiting, reference);
                assertThat(reference.told).hasSize(2 * VALUES + 1);
                assertThat(quick.told).isEqualTo(reference.told);
                assertThat(slow.told).isEqualTo(reference.told);
                assertThat(waiting.told)
                        .isNotEmpty()
                        .isEqualTo(reference.told.stream()
                                .filter(change -> revision(change) >= waiting.watch.startRevision())
                                .toList());
            }
        }
    }

    @Test
    void areToldWhereToGoOnWhenTheHistoryOfTheNewStoreBeginsLater() throws Exception {
        try (var group = new LmdbGroup(temp, 3, (_, artifacts) -> artifacts);
                var network = new Partition()) {
            TestNode leader = group.nodes().awaitLeader();
            TestNode follower = group.nodes().follower();
            try (var followers = watchersOf(group, follower);
                    var leaders = watchersOf(group, leader)) {
                Watcher quick = followers.watch(WatchFrom.now());
                Watcher slow = followers.watch(WatchFrom.now());
                group.write("k/before-", VALUES);
                await().atMost(PATIENCE).until(() -> quick.hasBeenToldOf("k/before-" + (VALUES - 1)));
                List<String> before = List.copyOf(quick.told);

                installWhileItRuns(group, network, follower, () -> {
                    group.write("k/missed-", VALUES);
                    forget(leader);
                    group.write("k/kept-", VALUES);
                });

                await().atMost(PATIENCE)
                        .until(() ->
                                quick.take().end.isPresent() && slow.take().end.isPresent());
                Watcher resumed = followers.watch(new WatchFrom.Revision(lowest(quick)));
                Watcher reference = leaders.watch(new WatchFrom.Revision(lowest(quick)));
                group.write("k/after-", 1);
                awaitToldOf("k/after-0", resumed, reference);
                assertThat(quick.told).isEqualTo(before);
                assertThat(slow.told).as("what it had not taken is gone").isEmpty();
                assertThat(lowest(slow)).isEqualTo(lowest(quick));
                assertThat(resumed.told).hasSize(VALUES + 1).isEqualTo(reference.told);
                assertThat(revision(resumed.told.getFirst())).isEqualTo(lowest(quick));
            }
        }
    }

    private static Watchers watchersOf(LmdbGroup group, TestNode node) {
        return new Watchers(group.home(node.status().nodeId()).store());
    }

    private interface Writes {
        void run() throws Exception;
    }

    /** The follower does not hear of the writes, the others forget the log of them, and it gets a store. */
    private static void installWhileItRuns(LmdbGroup group, Partition network, TestNode follower, Writes writes)
            throws Exception {
        network.cutOff(follower.status().nodeId());
        writes.run();
        for (TestNode node : group.nodes().nodes()) {
            if (node != follower) {
                group.purge(node);
            }
        }
        network.heal();
        await().atMost(PATIENCE).until(() -> !follower.events().installs.isEmpty());
    }

    /** All that was written so far, as far as it has been overwritten, and who changed it. */
    private static void forget(TestNode leader) throws Exception {
        var floor = leader.status().lastCommitTs();
        leader.propose(new Command.RaiseGcFloor(floor)).get(30, TimeUnit.SECONDS);
    }

    private static void awaitToldOf(String key, Watcher... watchers) {
        for (Watcher watcher : watchers) {
            await().atMost(PATIENCE).until(() -> watcher.hasBeenToldOf(key));
        }
    }

    private static long revision(String change) {
        return Long.parseLong(change.substring(0, change.indexOf(' ')));
    }

    private static long lowest(Watcher ended) {
        Cancelled end = ended.end.orElseThrow();
        assertThat(end.why()).isInstanceOfSatisfying(Compacted.class, gone -> assertThat(gone.lowestRevision())
                .isEqualTo(end.resumeRevision()));
        return end.resumeRevision();
    }
}
