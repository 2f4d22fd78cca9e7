package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.snapshot.LogExtent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentScanTest {
    @TempDir
    Path dir;

    private LogFiles log() {
        return new LogFiles(dir);
    }

    static LongStream seeds() {
        Long named = Long.getLong("skipstone.seed");
        return named != null ? LongStream.of(named) : LongStream.rangeClosed(1, 12);
    }

    private static LogExtent extent(long start, long end) {
        return new LogExtent(start, end, true, false);
    }

    @Nested
    class ReadsWhatRatisReads {
        @ParameterizedTest
        @MethodSource("io.skipstone.consensus.SegmentScanTest#seeds")
        void ofRandomLogs(long seed) throws IOException {
            var random = new Random(seed);
            long start = random.nextInt(3) == 0 ? 0 : random.nextLong(1L << random.nextInt(1, 60));
            LogFiles log = log();
            byte[][] first = LogFiles.randomValues(random);
            Path closed = log.closed(start, first);
            Path open = log.open(start + first.length, LogFiles.randomValues(random));
            List<Long> byRatis = LogFiles.readByRatis(open);

            assertThat(log.directory().extent())
                    .as("seed %d", seed)
                    .isEqualTo(extent(LogFiles.readByRatis(closed).getFirst(), byRatis.getLast()));
        }

        @ParameterizedTest
        @MethodSource("io.skipstone.consensus.SegmentScanTest#seeds")
        void andRefusesWhatRatisRefusesWhenOneByteIsWrong(long seed) throws IOException {
            var random = new Random(seed);
            LogFiles log = log();
            Path open = log.open(random.nextInt(1_000), LogFiles.randomValues(random));
            byte[] bytes = Files.readAllBytes(open);
            int end = (int) SegmentScan.read(SegmentName.of(open).orElseThrow()).soundBytes();

            for (int i = 0; i < 20; i++) {
                int at = random.nextInt(8, end);
                byte before = bytes[at];
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(open, bytes);
                LogExtent found = log.directory().extent();
                assertThat(found.tail()).as("seed %d, byte %d", seed, at).isPresent();
                assertThat(found.tail().orElseThrow().torn())
                        .as("seed %d, byte %d: %s", seed, at, found.tail())
                        .isFalse();
                bytes[at] = before;
            }
        }
    }

    @Nested
    class TakesForEmpty {
        @Test
        void aSegmentWithoutEntries() throws IOException {
            LogFiles log = log();
            log.closed(0, LogFiles.values(3, 10));
            log.open(3);

            assertThat(log.directory().extent()).isEqualTo(extent(0, 2));
        }

        @Test
        void aSegmentThatGotNoHeaderYet() throws IOException {
            LogFiles log = log();
            Files.write(log.current().resolve("log_inprogress_0"), new byte[1 << 20]);

            assertThat(log.directory().extent()).isEqualTo(extent(-1, -1));
        }

        @Test
        void aSegmentWithHalfAHeader() throws IOException {
            LogFiles log = log();
            Files.writeString(log.current().resolve("log_inprogress_0"), "RaftL");

            assertThat(log.directory().extent()).isEqualTo(extent(-1, -1));
        }

        @Test
        void aFileWithoutAByte() throws IOException {
            LogFiles log = log();
            Files.createFile(log.current().resolve("log_inprogress_0"));

            assertThat(log.directory().extent()).isEqualTo(extent(-1, -1));
        }
    }
}
