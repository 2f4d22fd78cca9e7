package io.skipstone.process;

import static io.skipstone.process.crash.Trigger.FIRST_START;
import static io.skipstone.process.crash.Trigger.LOAD;
import static io.skipstone.process.crash.Trigger.LOAD_AFTER_KILL;
import static io.skipstone.process.crash.Trigger.PIN_AFTER_KILL;
import static io.skipstone.process.crash.Trigger.PIN_BY_ITSELF;
import static io.skipstone.process.crash.Trigger.PIN_ON_REQUEST;
import static io.skipstone.process.crash.Trigger.RESTART;
import static io.skipstone.process.crash.Trigger.RESTART_WITHOUT_STORE;
import static io.skipstone.process.crash.Trigger.RESTART_WITH_ARTIFACT;
import static io.skipstone.process.crash.Trigger.RESTART_WITH_SHORT_LOG;
import static io.skipstone.process.crash.Trigger.RESTART_WITH_TORN_LOG;
import static io.skipstone.process.crash.Trigger.SNAPSHOT;
import static io.skipstone.process.crash.Trigger.STOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.skipstone.model.Failpoint;
import io.skipstone.model.PassedBy;
import io.skipstone.process.crash.CrashRun;
import io.skipstone.process.crash.RestoreRun;
import io.skipstone.process.crash.SourceSnapshot;
import io.skipstone.process.crash.Trigger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The server, halted at every failpoint there is, and started again: nothing that was acknowledged is lost, nothing is there in
 * part, and the node stands where one stands that never crashed.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FailpointIT {
    private static final long SEED = Long.getLong("skipstone.seed", 1);

    /** Part of the names of the cases to run: {@code -Dfailpoint=pin.synced}, {@code -Dfailpoint=SNAPSHOT}. */
    private static final String ONLY = System.getProperty("failpoint", "");

    private static SourceSnapshot snapshot;

    @BeforeAll
    static void prepare(@TempDir Path shared) throws Exception {
        snapshot = SourceSnapshot.make(shared.resolve("snapshot"));
    }

    /** A failpoint and what brings a node to it. */
    record Case(Failpoint point, Trigger trigger) {
        @Override
        public String toString() {
            return point.id() + " by " + trigger;
        }
    }

    static Stream<Case> cases() {
        return Arrays.stream(Failpoint.values())
                .flatMap(point -> triggers(point).stream().map(trigger -> new Case(point, trigger)))
                .filter(at -> at.toString().contains(ONLY));
    }

    /** Names every failpoint and has no default: one without a case does not compile. */
    private static List<Trigger> triggers(Failpoint point) {
        return switch (point) {
            case WRITE_ADMITTED, WRITE_STAMPED, WRITE_COMMITTED, APPLY_TAKEN, APPLY_APPLIED, APPLY_REPLIED ->
                List.of(LOAD);
            case STORE_WRITTEN, STORE_COMMITTED -> List.of(LOAD);
            case STORE_BEFORE_COMMIT -> List.of(FIRST_START, LOAD_AFTER_KILL);
            case PIN_BEGUN, PIN_SYNCED -> List.of(PIN_ON_REQUEST, STOP);
            case PIN_BEFORE_SYNC, PIN_PINNED -> List.of(PIN_BY_ITSELF, STOP);
            case PIN_BEFORE_PURGE -> List.of(PIN_AFTER_KILL, PIN_BY_ITSELF, STOP);
            case ARTIFACT_BEFORE_COPY,
                    ARTIFACT_COPIED,
                    ARTIFACT_SYNCED,
                    ARTIFACT_MANIFEST_WRITTEN,
                    ARTIFACT_PUBLISHED -> List.of(SNAPSHOT);
            case INSTALL_BEGUN,
                    INSTALL_CHUNK_WRITTEN,
                    INSTALL_BEFORE_SYNC,
                    INSTALL_VERIFIED,
                    INSTALL_SYNCED,
                    INSTALL_PUBLISHED,
                    INSTALL_ADOPTED,
                    INSTALL_OLD_REMOVED -> List.of(RESTART_WITH_ARTIFACT);
            // It takes another member: InstallFailpointIT.
            case INSTALL_OPENED, INSTALL_EXCHANGED, INSTALL_RETIRED -> List.of();
            // Only a restore into a new directory founds a group.
            case INSTALL_GROUP_FOUNDED -> List.of();
            case START_OPENED, START_DECIDED, START_PIN_ADOPTED -> List.of(RESTART);
            case START_TAIL_COPIED, START_TAIL_CUT -> List.of(RESTART_WITH_TORN_LOG);
            case START_SEGMENT_ASIDE, START_LOG_ASIDE -> List.of(RESTART_WITH_SHORT_LOG);
            case START_STORE_ASIDE -> List.of(RESTART_WITHOUT_STORE);
            case START_TAKEN_IN -> List.of(RESTART_WITH_ARTIFACT);
        };
    }

    static Stream<Failpoint> ofARestore() {
        return PassedBy.all(PassedBy.AN_INSTALL, PassedBy.A_FOUNDATION)
                .filter(point -> (point.id() + " by RESTORE").contains(ONLY));
    }

    static Stream<Case> ofAStart() {
        return cases().filter(
                        at -> Set.of(PassedBy.A_START, PassedBy.AN_ADOPTION).contains(PassedBy.of(at.point())));
    }

    @Test
    void everyFailpointIsHaltedAt() {
        assumeThat(ONLY).as("all cases are run").isEmpty();

        assertThat(Stream.of(cases().map(Case::point), ofARestore(), InstallFailpointIT.steps())
                        .flatMap(points -> points))
                .contains(Failpoint.values());
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("cases")
    @Execution(ExecutionMode.CONCURRENT)
    void comesBackWholeFromAHalt(Case at, @TempDir Path dir) throws Exception {
        new CrashRun(at.point(), at.trigger(), CrashRun.Harm.HALT, SEED, dir).run();
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("ofAStart")
    @Execution(ExecutionMode.CONCURRENT)
    void comesBackWholeFromAFailureOfTheStart(Case at, @TempDir Path dir) throws Exception {
        new CrashRun(at.point(), at.trigger(), CrashRun.Harm.THROW, SEED, dir).run();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("ofARestore")
    @Execution(ExecutionMode.CONCURRENT)
    void aRestoreThatHaltsLeavesNothingThatLooksLikeANode(Failpoint point, @TempDir Path dir) throws Exception {
        new RestoreRun(point, snapshot, dir).run();
    }
}
