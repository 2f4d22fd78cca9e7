package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Outcome.Committed;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.Position;
import io.skipstone.model.ReadAt;
import io.skipstone.snapshot.SkipGate;
import io.skipstone.snapshot.StartDecision;
import io.skipstone.snapshot.StartDecision.Fresh;
import io.skipstone.snapshot.StartDecision.NewLog;
import io.skipstone.snapshot.StartDecision.Reason;
import io.skipstone.snapshot.StartDecision.Replay;
import io.skipstone.snapshot.StartDecision.Skip;
import io.skipstone.snapshot.StartFacts;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.SortedMapStore;
import io.skipstone.store.Store;
import io.skipstone.store.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Store and log on the disk: what a restart finds, and what it does about it. */
@Timeout(120)
class RestartOverLmdbTest {
    @TempDir
    Path dir;

    private Store open(Path root) {
        return LmdbStore.open(StoreConfig.of(root.resolve("store"), dir.resolve("native")));
    }

    private static RaftLogDirectory log(Path root) {
        return RaftLogDirectory.of(root.resolve("raft"), TestNode.GROUP);
    }

    private static StartDecision decide(Store store, Path root) throws IOException {
        return SkipGate.decide(store.openedAs(), log(root).extent(), StartFacts.alone(TestNode.GROUP), List::of);
    }

    private static TestNode start(Path root, Store store) throws IOException {
        return TestNode.over(root.resolve("raft"), store).start().awaitReady();
    }

    private Path write(int entries) throws Exception {
        Path root = dir.resolve("node");
        Files.createDirectories(root.resolve("raft"));
        try (var store = open(root)) {
            assertThat(decide(store, root)).isEqualTo(new Fresh());
            try (var node = start(root, store)) {
                for (int i = 0; i < entries; i++) {
                    node.put("k" + i, "v" + i).get(10, SECONDS);
                }
            }
        }
        return root;
    }

    @Test
    @DisplayName("skipsWhatTheStoreHolds [SkipGate_SkipsWhenFSMFreshEnough]")
    void skipsWhatTheStoreHolds() throws Exception {
        Path root = write(25);

        try (var store = open(root)) {
            Position have = store.meta().applied().orElseThrow();
            assertThat(decide(store, root)).isEqualTo(new Skip(have));
            try (var node = start(root, store)) {
                assertThat(node.events().entriesApplied()).isZero();
                assertThat(node.status().revision()).isEqualTo(25);
                assertThat(node.raft()
                                .reader()
                                .get(Key.utf8("k24"), ReadAt.LATEST, Consistency.LINEARIZABLE)
                                .toCompletableFuture()
                                .get(10, SECONDS)
                                .value())
                        .isPresent();
            }
        }
    }

    @Test
    @DisplayName("appliesOnlyWhatTheLogHasBehindTheStore"
            + " [SkipGate_SkipsWhenFSMAtSnapshotButBehindCommitTail, SkipGate_ReturnsEffectiveAppliedOnSkip]")
    void appliesOnlyWhatTheLogHasBehindTheStore() throws Exception {
        Path root = write(10);
        copy(root.resolve("store"), dir.resolve("older/store"));
        Position older;
        try (var store = open(root)) {
            older = store.meta().applied().orElseThrow();
            try (var node = start(root, store)) {
                for (int i = 0; i < 15; i++) {
                    node.put("tail" + i, "v").get(10, SECONDS);
                }
            }
        }
        Files.move(root.resolve("store"), root.resolve("store-newer"));
        Files.move(dir.resolve("older/store"), root.resolve("store"));

        try (var store = open(root)) {
            assertThat(decide(store, root)).isEqualTo(new Skip(older));
            try (var node = start(root, store)) {
                assertThat(node.events().entriesApplied()).isEqualTo(15);
                assertThat(node.status().revision()).isEqualTo(25);
            }
        }
    }

    @Test
    void replaysTheWholeLogIntoANewStoreWhenTheOldOneIsGone() throws Exception {
        Path root = write(25);
        Files.move(root.resolve("store"), root.resolve("store-lost"));

        try (var store = open(root)) {
            assertThat(decide(store, root)).isInstanceOf(Replay.class);
            try (var node = start(root, store)) {
                assertThat(node.events().entriesApplied()).isEqualTo(25);
                assertThat(node.status().revision()).isEqualTo(25);
            }
        }
    }

    @Test
    void beginsANewLogBehindTheStoreWhenTheOldOneEndsBeforeIt() throws Exception {
        Path root = write(5);
        copy(root.resolve("raft"), dir.resolve("short/raft"));
        try (var store = open(root);
                var node = start(root, store)) {
            for (int i = 0; i < 10; i++) {
                node.put("more" + i, "v").get(10, SECONDS);
            }
        }
        Files.move(root.resolve("raft"), root.resolve("raft-lost"));
        Files.move(dir.resolve("short/raft"), root.resolve("raft"));

        try (var store = open(root)) {
            Position have = store.meta().applied().orElseThrow();
            assertThat(decide(store, root)).isInstanceOfSatisfying(NewLog.class, repair -> assertThat(repair.have())
                    .isEqualTo(have));
            Path aside = log(root).moveEntriesAside();

            assertThat(aside).isNotEmptyDirectory();
            try (var node = start(root, store)) {
                var outcome = (Committed) node.put("after", "v").get(10, SECONDS);

                assertThat(outcome.revision()).isEqualTo(16);
                assertThat(node.status().applied().orElseThrow()).isGreaterThan(have);
            }
        }
        try (var store = open(root);
                var node = start(root, store)) {
            assertThat(node.events().entriesApplied()).isZero();
            assertThat(node.status().revision()).isEqualTo(16);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    /** The other kind of store: it keeps no position, so each start makes it again from the log. */
    @Test
    void replaysTheWholeLogIntoAStoreThatKeepsNoPosition() throws Exception {
        Path root = write(25);

        try (var store = new SortedMapStore()) {
            assertThat(decide(store, root)).isEqualTo(new Replay(Reason.BACKEND_WITHOUT_INDEX));
            try (var node = start(root, store)) {
                assertThat(node.events().entriesApplied()).isEqualTo(25);
                assertThat(node.status().revision()).isEqualTo(25);
            }
        }
    }
}
