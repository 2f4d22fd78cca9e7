package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.consensus.PinEvents.Event;
import io.skipstone.consensus.PinEvents.Event.Purged;
import io.skipstone.consensus.PinEvents.Event.Returned;
import io.skipstone.consensus.PinEvents.Event.SyncFailed;
import io.skipstone.consensus.PinEvents.Event.Synced;
import io.skipstone.model.Position;
import io.skipstone.store.FailingDisk;
import io.skipstone.store.StoreConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * At each place that pins: the store is synced, then Ratis gets the index, then the log is purged up to it and no further. Over LMDB
 * and Ratis, with segments so small that there is much to purge.
 */
@Timeout(180)
class PinOrderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path dir;

    private FailingDisk disk;
    private PinEvents events;
    private TestNode node;
    private final RecordedHalts halts = new RecordedHalts();

    @BeforeEach
    void openTheStore() {
        disk = FailingDisk.open(StoreConfig.of(dir.resolve("store"), dir.resolve("native")));
        events = new PinEvents(dir.resolve("raft"));
    }

    @AfterEach
    void closeAll() {
        node.close();
        disk.store().close();
    }

    /** A node with a log of several segments, and nothing pinned since it began. */
    private void startWithALog(PinTrigger trigger) throws Exception {
        start(trigger);
        for (int number = 0; number < PinTrigger.FILLING; number++) {
            PinTrigger.put(node, number).get(30, SECONDS);
        }
        assertThat(events.closedSegments()).isGreaterThanOrEqualTo(3);
        assertThat(events.all()).doesNotHaveAnyElementsOfTypes(Returned.class, Purged.class);
        events.clear();
    }

    private void start(PinTrigger trigger) throws IOException {
        node = TestNode.over(dir.resolve("raft"), events.watch(disk.store()))
                .log(trigger.bounds())
                .halts(halts)
                .wrap(events::watch)
                .start()
                .awaitReady();
    }

    /** Returns when Ratis has got so many answers. */
    private void pull(PinTrigger trigger, int answers) throws Exception {
        trigger.pull(node, events.server(), () -> returned().size() >= answers);
        await().atMost(PATIENCE).until(() -> returned().size() >= answers);
    }

    private List<Event> returned() {
        return events.all().stream().filter(Returned.class::isInstance).toList();
    }

    private Optional<Long> pinned() {
        return node.pinned().map(Position::index);
    }

    /** Ratis drops what its log worker has not begun when it stops: then the next pin purges. */
    private void awaitPurge(PinTrigger trigger) {
        if (trigger != PinTrigger.STOP) {
            await().atMost(PATIENCE).until(() -> events.all().getLast() instanceof Purged);
        }
    }

    private void assertSyncedReturnedPurged(PinTrigger trigger, int from) {
        awaitPurge(trigger);
        List<Event> all = events.all();
        List<Event> pin = all.subList(from, all.size());
        long index = pinned().orElseThrow();
        assertThat(pin).startsWith(new Synced(index), new Returned(index));
        if (trigger == PinTrigger.STOP) {
            assertThat(pin).hasSizeBetween(2, 3);
        } else {
            assertThat(pin).hasSize(3);
        }
        assertThat(pin.subList(2, pin.size())).allSatisfy(event -> assertThat(event)
                .isInstanceOfSatisfying(
                        Purged.class,
                        purge -> assertThat(purge.upTo()).isPositive().isLessThanOrEqualTo(index)));
    }

    @Nested
    class APin {
        @ParameterizedTest
        @EnumSource
        @DisplayName("isSyncedThenReturnedThenPurgedUpTo"
                + " [PersistCreatedSnapshot_BumpsAppliedIndex, PersistLocalSnapshotPayload_BumpsAppliedIndex]")
        void isSyncedThenReturnedThenPurgedUpTo(PinTrigger trigger) throws Exception {
            startWithALog(trigger);

            pull(trigger, 1);

            assertSyncedReturnedPurged(trigger, 0);
            assertThat(halts.all()).isEmpty();
        }
    }

    @Nested
    class AFailingSync {
        @ParameterizedTest
        @EnumSource
        @DisplayName("abortsThePinPurgesNothingAndLeavesTheOldIndex"
                + " [PersistCreatedSnapshot_BumpErrorAborts, PersistLocalSnapshotPayload_BumpErrorAborts]")
        void abortsThePinPurgesNothingAndLeavesTheOldIndex(PinTrigger trigger) throws Exception {
            startWithALog(trigger);
            Optional<Long> before = pinned();
            disk.failSyncs(1);

            pull(trigger, 1);

            Optional<Long> after = pinned();
            List<Event> all = events.all();
            assertThat(all).startsWith(new SyncFailed(), new Returned(-1));
            if (all.size() == 2) {
                assertThat(after).isEqualTo(before);
            } else {
                // Ratis counts the entries again after the next one: that is another pin, and begins with a sync.
                assertThat(trigger).isEqualTo(PinTrigger.ENTRIES);
                assertThat(all.get(2)).isInstanceOf(Synced.class);
            }
            assertThat(halts.all()).isEmpty();
        }

        @ParameterizedTest
        @EnumSource
        void isMadeGoodByALaterAttempt(PinTrigger trigger) throws Exception {
            startWithALog(trigger);
            disk.failSyncs(1);
            pull(trigger, 1);
            assertThat(events.all()).startsWith(new SyncFailed(), new Returned(-1));

            if (trigger == PinTrigger.STOP) {
                startAgain(trigger);
                pull(trigger, 1);
                assertSyncedReturnedPurged(trigger, 0);
            } else {
                pull(trigger, 2);
                assertSyncedReturnedPurged(trigger, 2);
            }
            assertThat(halts.all()).isEmpty();
        }

        /** A node that could not pin when it stopped adopts its position when it starts, and pins at its next stop. */
        private void startAgain(PinTrigger trigger) throws Exception {
            start(trigger);
            assertThat(pinned()).isPresent();
            PinTrigger.put(node, 0).get(30, SECONDS);
            events.clear();
        }

        @ParameterizedTest
        @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STOP")
        void stopsTheProcessWhenItFailsAgain(PinTrigger trigger) throws Exception {
            startWithALog(trigger);
            disk.failSyncs(Integer.MAX_VALUE);
            pull(trigger, 1);

            var write = node.put("after", "v");

            await().atMost(PATIENCE).until(() -> !halts.all().isEmpty());
            assertThat(halts.all()).extracting(RecordedHalts.Halt::exitCode).containsExactly(FailStop.EXIT_STORAGE);
            assertThat(write).failsWithin(10, SECONDS);
            assertThat(events.all()).doesNotHaveAnyElementsOfTypes(Purged.class);
        }

        @ParameterizedTest
        @EnumSource(names = {"ADMIN"})
        void stopsAnIdleProcessAtTheNextPin(PinTrigger trigger) throws Exception {
            startWithALog(trigger);
            disk.failSyncs(Integer.MAX_VALUE);
            pull(trigger, 1);

            var _ = node.raft().pin();

            await().atMost(PATIENCE).until(() -> !halts.all().isEmpty());
            assertThat(halts.all()).extracting(RecordedHalts.Halt::exitCode).containsExactly(FailStop.EXIT_STORAGE);
        }
    }
}
