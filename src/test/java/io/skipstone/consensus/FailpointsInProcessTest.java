package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Committed;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.model.Failpoints.Action;
import io.skipstone.model.Failpoints.Plan;
import io.skipstone.model.PassedBy;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.ReadView;
import io.skipstone.store.StateHash;
import io.skipstone.store.Store;
import io.skipstone.store.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A failure, or a pause, at every failpoint of the write and of the pin: the node ends itself or answers with an error, and never
 * hangs nor goes on wrongly. What halts there is the subject of {@code FailpointIT}.
 */
@Timeout(120)
class FailpointsInProcessTest {
    private static final int WRITES = 60;

    /** So many may share an entry of the log: there are several entries, and what is armed is hit. */
    private static final int TOGETHER = 15;

    /** Which of the hits it is at most that something happens at. */
    private static final int LAST_HIT = 3;

    @TempDir
    private Path dir;

    private final Random random = new Random(Long.getLong("skipstone.seed", 1));
    private final LogArchive log = new LogArchive();
    private final List<Committed> acknowledged = new ArrayList<>();

    /** Where a failure fails a request, and those that share its entry of the log; anywhere else it ends the process. */
    private static final Set<Failpoint> TOLD = Set.of(Failpoint.WRITE_ADMITTED, Failpoint.WRITE_STAMPED);

    static Stream<Failpoint> points() {
        return PassedBy.all(PassedBy.A_WRITE, PassedBy.A_PIN);
    }

    @BeforeEach
    void makeDirectory() throws IOException {
        Files.createDirectories(dir.resolve("raft"));
    }

    @AfterEach
    void disarm() {
        Failpoints.arm(Map.of());
    }

    @ParameterizedTest
    @MethodSource("points")
    void aFailureIsToldOrEndsTheNodeWhichComesBackWhole(Failpoint point) throws Exception {
        var halts = new RecordedHalts();
        try (Store store = open();
                var node = start(store, halts)) {
            write(node, 5);
            arm(point, new Action.Throw());

            int failed = write(node, WRITES);
            pin(node);

            if (TOLD.contains(point)) {
                assertThat(failed).isBetween(1, point == Failpoint.WRITE_ADMITTED ? 1 : TOGETHER);
                assertThat(halts.all()).isEmpty();
                assertThat(write(node, 5)).isZero();
            } else {
                // Told to the waiting proposals and pins first, then done.
                await().until(() -> !halts.all().isEmpty());
                assertThat(halts.all())
                        .extracting(RecordedHalts.Halt::exitCode)
                        .isSubsetOf(FailStop.EXIT_STORAGE, FailStop.EXIT_INTEGRITY);
            }
            Failpoints.arm(Map.of());
        }
        comesBackWhole();
    }

    @ParameterizedTest
    @MethodSource("points")
    void aPauseChangesNothing(Failpoint point) throws Exception {
        var halts = new RecordedHalts();
        try (Store store = open();
                var node = start(store, halts)) {
            arm(point, new Action.Sleep(300));

            assertThat(write(node, WRITES)).isZero();
            assertThat(pin(node)).isTrue();

            assertThat(halts.all()).isEmpty();
        }
        comesBackWhole();
    }

    private void arm(Failpoint point, Action action) {
        // A pin is asked for once, so its first hit is the only one that is certain.
        int atHit = point.id().startsWith("pin.") ? 1 : 1 + random.nextInt(LAST_HIT);
        Failpoints.arm(Map.of(point, new Plan(action, atHit)));
    }

    private void comesBackWhole() throws Exception {
        check();
        try (Store store = open();
                var node = start(store, new RecordedHalts())) {
            assertThat(write(node, 5)).isZero();
        }
        check();
        assertThat(log.lastIndex()).isEqualTo(appliedIndex());
    }

    /** The stopped store against a replay of the whole log up to where it stands. */
    private void check() throws IOException {
        log.gather(dir.resolve("raft").resolve(TestNode.GROUP.toString()));
        try (Store store = open();
                ReadView view = store.read()) {
            assertThat(StateHash.of(view))
                    .isEqualTo(log.replayTo(view.meta().applied().orElseThrow()));
        }
        assertThat(acknowledged).allSatisfy(outcome -> assertThat(log.outcomeAt(outcome.commitTs()))
                .contains(outcome));
    }

    private long appliedIndex() {
        try (Store store = open()) {
            return store.meta().applied().orElseThrow().index();
        }
    }

    private Store open() {
        return LmdbStore.open(StoreConfig.of(dir.resolve("store"), dir.resolve("native")));
    }

    private TestNode start(Store store, RecordedHalts halts) throws IOException {
        return TestNode.over(dir.resolve("raft"), store)
                .batch(4)
                .halts(halts)
                .start()
                .awaitReady();
    }

    /** Returns how many were not acknowledged. */
    private int write(TestNode node, int count) throws Exception {
        int failed = 0;
        for (int left = count; left > 0; left -= TOGETHER) {
            failed += writeTogether(node, Math.min(left, TOGETHER));
        }
        return failed;
    }

    /** Proposes all of them before it waits for one. */
    private int writeTogether(TestNode node, int count) throws Exception {
        List<CompletableFuture<Outcome>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String key = "k" + random.nextInt(20);
            String value = "v" + random.nextInt();
            answers.add(CompletableFuture.completedFuture(value).thenComposeAsync(v -> node.put(key, v)));
        }
        int failed = 0;
        for (CompletableFuture<Outcome> answer : answers) {
            Optional<Committed> outcome = outcome(answer);
            outcome.ifPresent(acknowledged::add);
            failed += outcome.isPresent() ? 0 : 1;
        }
        return failed;
    }

    private static Optional<Committed> outcome(CompletableFuture<Outcome> answer) throws Exception {
        try {
            return Optional.of((Committed) answer.get(30, SECONDS));
        } catch (ExecutionException error) {
            return Optional.empty();
        }
    }

    /** Returns whether it was pinned. */
    private static boolean pin(TestNode node) throws Exception {
        try {
            node.raft().pin().toCompletableFuture().get(40, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException error) {
            return false;
        }
    }
}
