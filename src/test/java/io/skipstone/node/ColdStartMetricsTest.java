package io.skipstone.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skipstone.model.ColdStart;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an operator can count of how nodes come up. */
class ColdStartMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Metrics metrics = new Metrics(registry);

    private static ColdStart start(ColdStart.Outcome outcome, String reason, long replayed) {
        return new ColdStart(
                outcome,
                reason,
                Optional.of(new Position(2, 41)),
                0,
                50,
                replayed,
                Timestamp.NONE,
                0,
                1,
                new ColdStart.Phases(5, 6, 100, 7, 8));
    }

    private double started(String outcome, String reason) {
        return registry.get("skipstone.cold.start")
                .tags("group", "g", "outcome", outcome, "reason", reason)
                .counter()
                .count();
    }

    @Test
    @DisplayName("countsEachOutcomeWithItsReason [cold_start metrics]")
    void countsEachOutcomeWithItsReason() {
        metrics.coldStart("g", start(ColdStart.Outcome.RESTORED, "meta_missing", 0));
        metrics.coldStart("g", start(ColdStart.Outcome.SKIPPED, "none", 0));

        assertThat(started("restored", "meta_missing")).isEqualTo(1);
        assertThat(started("skipped", "none")).isEqualTo(1);
    }

    @Test
    void saysHowFarTheStoreWasBehindTheLog() {
        metrics.coldStart("g", start(ColdStart.Outcome.SKIPPED, "none", 9));

        assertThat(registry.get("skipstone.cold.start.index.gap")
                        .tags("group", "g", "outcome", "skipped")
                        .gauge()
                        .value())
                .isEqualTo(9);
    }

    @Test
    void saysHowLongEachPhaseTook() {
        metrics.coldStart("g", start(ColdStart.Outcome.FRESH, "none", 0));

        for (var phase :
                Map.of("open", 5L, "gate", 6L, "repair", 7L, "raft", 8L).entrySet()) {
            assertThat(registry.get("skipstone.cold.start.phase")
                            .tag("phase", phase.getKey())
                            .timer()
                            .totalTime(TimeUnit.MICROSECONDS))
                    .isEqualTo((double) phase.getValue());
        }
    }
}
