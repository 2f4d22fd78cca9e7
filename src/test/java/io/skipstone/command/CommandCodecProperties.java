package io.skipstone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.command.LogEntry.Once;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Timestamp;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Random commands and random damage. A failure names its seed; {@code -Dskipstone.seed=} repeats it. */
class CommandCodecProperties {
    private static final int SEEDS = 20;
    private static final int COMMANDS_PER_SEED = 100;

    @Test
    void whatIsWrittenIsReadBack() {
        Seeds.each(SEEDS, random -> {
            for (int i = 0; i < COMMANDS_PER_SEED; i++) {
                List<LogEntry> bundle = randomBundle(random);

                byte[] bytes = bytes(bundle);

                assertThat(CommandCodec.decode(bytes)).isEqualTo(bundle);
                assertThat(bytes(CommandCodec.decode(bytes))).isEqualTo(bytes);
            }
        });
    }

    @Test
    void aTruncatedEntryIsAlwaysAViolation() {
        Seeds.each(SEEDS, random -> {
            byte[] bytes = bytes(randomBundle(random));
            for (int length = 0; length < bytes.length; length++) {
                byte[] truncated = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> CommandCodec.decode(truncated))
                        .as("%d of %d bytes", length, bytes.length)
                        .isInstanceOf(InvariantViolation.class);
            }
        });
    }

    @Test
    void aDamagedEntryIsReadOrAViolationAndNothingElse() {
        Seeds.each(SEEDS, random -> {
            for (int i = 0; i < COMMANDS_PER_SEED; i++) {
                assertReadOrViolation(damaged(bytes(randomBundle(random)), random));
            }
        });
    }

    @Test
    void garbageIsReadOrAViolationAndNothingElse() {
        Seeds.each(SEEDS, random -> {
            for (int i = 0; i < COMMANDS_PER_SEED; i++) {
                byte[] garbage = new byte[random.nextInt(64)];
                random.nextBytes(garbage);
                assertReadOrViolation(garbage);
                if (garbage.length > 1) {
                    garbage[0] = CommandCodec.FORMAT;
                    garbage[1] &= 0x7F;
                    assertReadOrViolation(garbage);
                    garbage[0] = CommandCodec.BUNDLE_FORMAT;
                    assertReadOrViolation(garbage);
                }
            }
        });
    }

    @Test
    void aDamagedOutcomeIsReadOrAViolationAndNothingElse() {
        Seeds.each(SEEDS, random -> {
            for (Outcome outcome : Examples.outcomes().values()) {
                byte[] bytes = damaged(CommandCodec.encodeOutcome(outcome), random);
                try {
                    CommandCodec.decodeOutcome(bytes);
                } catch (InvariantViolation expected) {
                    assertThat(expected).hasMessageNotContaining("null");
                }
            }
        });
    }

    private static void assertReadOrViolation(byte[] bytes) {
        try {
            assertThat(CommandCodec.decode(bytes)).isNotEmpty();
        } catch (InvariantViolation expected) {
            assertThat(expected).as(HexFormat.of().formatHex(bytes)).hasMessageNotContaining("null");
        }
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static LogEntry randomEntry(Random random) {
        var generator = new CommandGenerator(random);
        var now = Timestamp.ofMillis(1 + random.nextLong(1L << 40));
        Once once = generator.once();
        return new LogEntry(now, once, generator.command(now, now));
    }

    /** Often one alone. */
    private static List<LogEntry> randomBundle(Random random) {
        return Stream.generate(() -> randomEntry(random))
                .limit(1 + random.nextInt(3))
                .toList();
    }

    private static byte[] bytes(List<LogEntry> entries) {
        byte[] bytes = CommandCodec.bundle(entries.stream()
                .map(entry -> CommandCodec.encode(entry.once(), entry.command()))
                .toList());
        CommandCodec.stamp(bytes, entries.stream().map(LogEntry::commitTs).iterator()::next);
        return bytes;
    }
}
