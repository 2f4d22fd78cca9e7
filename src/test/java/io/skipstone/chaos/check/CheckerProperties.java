package io.skipstone.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.chaos.check.SimulatedStore.Fault;
import io.skipstone.chaos.check.SimulatedStore.Run;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random histories of a store that does what it promises, and of ones that do not. */
class CheckerProperties {
    private static final int RUNS = 40;

    private final long seed = Long.getLong("skipstone.seed", System.nanoTime());

    @Test
    void acquitAStoreThatKeepsItsPromises() {
        for (int i = 0; i < RUNS; i++) {
            Run run = SimulatedStore.run(new Random(seed + i), 250, List.of());

            var replay = new Replay(run.history(), run.commits());
            assertThat(replay.check()).as("-Dskipstone.seed=%d", seed + i).isEmpty();
            assertThat(verdicts(run, replay.places()))
                    .as("-Dskipstone.seed=%d, with hints", seed + i)
                    .hasOnlyElementsOfType(Verdict.Linearizable.class);
            assertThat(verdicts(run, Map.of()))
                    .as("-Dskipstone.seed=%d", seed + i)
                    .hasOnlyElementsOfType(Verdict.Linearizable.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void accuseOneThatBreaksThemOnce(Fault fault) {
        int shownByValues = 0;
        for (int i = 0; i < RUNS; i++) {
            Run run = SimulatedStore.run(new Random(seed + i), 250, List.of(fault));

            var replay = new Replay(run.history(), run.commits());
            assertThat(replay.check()).as("-Dskipstone.seed=%d", seed + i).isNotEmpty();
            shownByValues +=
                    verdicts(run, replay.places()).stream().anyMatch(Verdict.Violation.class::isInstance) ? 1 : 0;
        }
        // Not each shows in values alone: operations without an answer explain some of them.
        assertThat(shownByValues).as("-Dskipstone.seed=%d", seed).isGreaterThan(RUNS / 5);
    }

    @Test
    void decideAHistoryOfThousandsInAMoment() {
        Run run = SimulatedStore.run(new Random(seed), 10_000, List.of());

        var replay = new Replay(run.history(), run.commits());
        assertThat(replay.check()).as("-Dskipstone.seed=%d", seed).isEmpty();
        assertThat(verdicts(run, replay.places()))
                .as("-Dskipstone.seed=%d", seed)
                .hasOnlyElementsOfType(Verdict.Linearizable.class);
    }

    private static List<Verdict> verdicts(Run run, Map<Integer, Long> hints) {
        return new Linearizability(hints).check(run.history());
    }
}
