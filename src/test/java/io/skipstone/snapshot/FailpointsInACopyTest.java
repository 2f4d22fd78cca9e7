package io.skipstone.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Bytes;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.model.Failpoints.Action;
import io.skipstone.model.Failpoints.Plan;
import io.skipstone.model.Key;
import io.skipstone.model.PassedBy;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Generations;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.ReadView;
import io.skipstone.store.StateHash;
import io.skipstone.store.StoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A failure, or a pause, at every failpoint of a copy and of an install: told to who asked, and the next try succeeds. */
@Timeout(60)
class FailpointsInACopyTest {
    private static final UUID GROUP = new UUID(1, 2);

    @TempDir
    private Path dir;

    static Stream<Failpoint> ofACopy() {
        return PassedBy.all(PassedBy.A_COPY);
    }

    static Stream<Failpoint> ofAnInstall() {
        return PassedBy.all(PassedBy.AN_INSTALL, PassedBy.A_FOUNDATION);
    }

    @AfterEach
    void disarm() {
        Failpoints.arm(Map.of());
    }

    @ParameterizedTest
    @MethodSource("ofACopy")
    void aCopyThatFailsIsToldAndTheNextOneIsMade(Failpoint point) throws Exception {
        try (LmdbStore store = store();
                ArtifactMaker maker = maker(store)) {
            arm(point, new Action.Throw());

            assertThatThrownBy(() -> request(maker)).isInstanceOf(ExecutionException.class);

            assertThat(dir.resolve("artifact")).as("nothing is left of it").isEmptyDirectory();
            try (ArtifactMaker.Lease lease = request(maker)) {
                lease.artifact().verify((_, _) -> {});
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ofACopy")
    void aCopyMayPause(Failpoint point) throws Exception {
        try (LmdbStore store = store();
                ArtifactMaker maker = maker(store)) {
            arm(point, new Action.Sleep(200));

            try (ArtifactMaker.Lease lease = request(maker)) {
                lease.artifact().verify((_, _) -> {});
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ofAnInstall")
    void anInstallThatFailsLeavesAStoreOrNoneAndTheNextOneIsDone(Failpoint point) throws Exception {
        try (LmdbStore store = store();
                ArtifactMaker maker = maker(store);
                ArtifactMaker.Lease lease = request(maker)) {
            StateHash hash = hashOf(store);
            arm(point, new Action.Throw());

            assertThatThrownBy(() -> install(lease.artifact())).hasMessageContaining("failpoint " + point.id());

            Optional<Generations.Candidate> left = generations().best();
            assertThat(left.isPresent()).isEqualTo(point == Failpoint.INSTALL_PUBLISHED);
            install(lease.artifact());
            try (LmdbStore installed = generations().open().store()) {
                assertThat(hashOf(installed)).isEqualTo(hash);
            }
        }
    }

    private static void arm(Failpoint point, Action action) {
        Failpoints.arm(Map.of(point, new Plan(action, 1)));
    }

    private void install(Artifact artifact) {
        try (ArtifactStage stage = ArtifactStage.beginNewGroup(generations(), artifact.manifest(), new UUID(3, 4))) {
            stage.copyFrom(artifact, (_, _) -> {});
            stage.finish();
        }
    }

    private Generations generations() {
        return new Generations(StoreConfig.of(dir.resolve("installed"), dir.resolve("native")));
    }

    private ArtifactMaker maker(LmdbStore store) throws Exception {
        return new ArtifactMaker(
                store, new ArtifactMaker.Settings(dir.resolve("artifact"), "n1", "test", 0), System::currentTimeMillis);
    }

    private static ArtifactMaker.Lease request(ArtifactMaker maker) throws Exception {
        return maker.request(Duration.ZERO).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static StateHash hashOf(LmdbStore store) {
        try (ReadView view = store.read()) {
            return StateHash.of(view);
        }
    }

    private LmdbStore store() {
        var store = LmdbStore.open(StoreConfig.of(dir.resolve("store"), dir.resolve("native")));
        var at = new Position(1, 7);
        store.write(at, txn -> {
            txn.belongTo(GROUP);
            txn.beginEntry(at, new Timestamp(1000));
            return txn.put(Key.utf8("key"), Bytes.utf8("value"), Timestamp.NONE);
        });
        return store;
    }
}
