package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.clock.HybridClock;
import io.skipstone.model.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WallClockWatchTest {
    private static final long HOUR_MILLIS = 3_600_000;

    private final AtomicLong wall = new AtomicLong(1_700_000_000_000L);
    private final AtomicLong nanos = new AtomicLong();
    private final HybridClock clock = new HybridClock(wall::get);
    private final WallClockWatch watch = new WallClockWatch(clock, nanos::get);
    private final Lines lines = new Lines();
    private final Logger logger = Logger.getLogger(WallClockWatch.class.getName());

    @BeforeEach
    void listen() {
        logger.addHandler(lines);
    }

    @AfterEach
    void leave() {
        logger.removeHandler(lines);
    }

    private void second() {
        wall.addAndGet(1_000);
        nanos.addAndGet(1_000_000_000L);
        watch.look();
    }

    @Test
    void tellsOnceHowFarTheWallClockStandsBehind() {
        clock.observe(Timestamp.ofMillis(wall.get() + HOUR_MILLIS));

        watch.look();
        second();
        second();

        assertThat(lines.warnings).singleElement().asString().contains("stands behind", "behindMillis=3600000");
    }

    @Test
    void tellsThatItHasCaughtUp() {
        clock.observe(Timestamp.ofMillis(wall.get() + HOUR_MILLIS));
        watch.look();

        wall.addAndGet(HOUR_MILLIS);
        nanos.addAndGet(HOUR_MILLIS * 1_000_000);
        watch.look();

        assertThat(lines.others).singleElement().asString().contains("caught up");
    }

    @Test
    void tellsEachJumpAhead() {
        second();
        wall.addAndGet(HOUR_MILLIS);
        second();
        second();

        assertThat(lines.warnings).singleElement().asString().contains("jumped ahead", "aheadMillis=3600000");
    }

    @Test
    void saysNothingOfWhatAQuickRestartBrings() {
        clock.observe(Timestamp.ofMillis(wall.get() + HybridClock.WINDOW_MILLIS));

        watch.look();
        second();

        assertThat(lines.warnings).isEmpty();
        assertThat(lines.others).isEmpty();
    }

    /** What was logged. */
    private static final class Lines extends Handler {
        private final List<String> warnings = new ArrayList<>();
        private final List<String> others = new ArrayList<>();

        @Override
        public void publish(LogRecord line) {
            (line.getLevel().intValue() >= Level.WARNING.intValue() ? warnings : others).add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
