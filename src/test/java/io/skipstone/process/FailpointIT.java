package io.skipstone.process;

import static io.skipstone.process.crash.Trigger.FIRST_START;
import static io.skipstone.process.crash.Trigger.LOAD;
import static io.skipstone.process.crash.Trigger.LOAD_AFTER_KILL;
import static io.skipstone.process.crash.Trigger.PIN_AFTER_KILL;
import static io.skipstone.process.crash.Trigger.PIN_BY_ITSELF;
import static io.skipstone.process.crash.Trigger.PIN_ON_REQUEST;
import static io.skipstone.process.crash.Trigger.STOP;

import io.skipstone.model.Failpoint;
import io.skipstone.process.crash.CrashRun;
import io.skipstone.process.crash.Trigger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

    /** A failpoint and what brings a node to it. */
    record Case(Failpoint point, Trigger trigger) {
        @Override
        public String toString() {
            return point.id() + " by " + trigger;
        }
    }

    static Stream<Case> cases() {
        return Arrays.stream(Failpoint.values())
                .flatMap(point -> triggers(point).stream().map(trigger -> new Case(point, trigger)));
    }

    /** Names every failpoint and has no default: one without a case does not compile. */
    private static List<Trigger> triggers(Failpoint point) {
        return switch (point) {
            case WRITE_ADMITTED, WRITE_STAMPED, WRITE_COMMITTED, APPLY_TAKEN, APPLY_APPLIED, APPLY_REPLIED ->
                List.of(LOAD);
            case STORE_WRITTEN, STORE_COMMITTED -> List.of(LOAD);
            case STORE_BEFORE_COMMIT -> List.of(FIRST_START, LOAD, LOAD_AFTER_KILL);
            case PIN_BEGUN, PIN_BEFORE_SYNC, PIN_SYNCED, PIN_PINNED -> List.of(PIN_ON_REQUEST, PIN_BY_ITSELF, STOP);
            case PIN_BEFORE_PURGE -> List.of(PIN_AFTER_KILL, PIN_BY_ITSELF, STOP);
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    @Execution(ExecutionMode.CONCURRENT)
    void comesBackWholeFromAHalt(Case at, @TempDir Path dir) throws Exception {
        new CrashRun(at.point(), at.trigger(), SEED, dir).run();
    }
}
