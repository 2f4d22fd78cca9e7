package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.snapshot.LogExtent;
import io.skipstone.snapshot.LogFlaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is a torn write, and what is damage, at the end of the open segment. */
class TailJudgeTest {
    private static final int SECTOR = TailJudge.SECTOR_BYTES;

    @TempDir
    Path dir;

    private LogFiles log;

    @BeforeEach
    void makeLog() {
        log = new LogFiles(dir);
    }

    static LongStream seeds() {
        Long named = Long.getLong("skipstone.seed");
        return named != null ? LongStream.of(named) : LongStream.rangeClosed(1, 60);
    }

    private LogExtent extent() throws IOException {
        return log.directory().extent();
    }

    private LogFlaw tail() throws IOException {
        return extent().tail().orElseThrow();
    }

    private interface Change {
        byte[] of(byte[] bytes);
    }

    private static void change(Path file, Change change) throws IOException {
        Files.write(file, change.of(Files.readAllBytes(file)));
    }

    private static byte[] zeroed(byte[] bytes, long begin, long end) {
        Arrays.fill(bytes, (int) begin, (int) end, (byte) 0);
        return bytes;
    }

    private static long nextSector(long offset) {
        return (offset / SECTOR + 1) * SECTOR;
    }

    @Nested
    class ATornWrite {
        /** Sectors arrive or not, in any order; those of forced entries are there. */
        @ParameterizedTest
        @MethodSource("io.skipstone.consensus.TailJudgeTest#seeds")
        void isRecognisedWhateverSectorsArrived(long seed) throws IOException {
            var random = new Random(seed);
            byte[][] values = LogFiles.randomValues(random);
            Path segment = log.open(0, values);
            int forced = random.nextInt(values.length);
            lose(segment, log.offset(forced), log.offset(values.length), random);

            LogExtent found = extent();

            assertThat(found.end()).as("seed %d", seed).isGreaterThanOrEqualTo(forced - 1);
            if (found.tail().isPresent()) {
                LogFlaw tail = found.tail().orElseThrow();
                assertThat(tail.torn()).as("seed %d: %s", seed, tail).isTrue();
                log.directory().cut(tail);
            }
            assertThat(extent()).isEqualTo(new LogExtent(found.start(), found.end(), true, false));
            assertThat(LogFiles.readByRatis(segment)).hasSize((int) found.end() + 1);
        }

        private void lose(Path segment, long forcedBytes, long writtenBytes, Random random) throws IOException {
            change(segment, bytes -> {
                for (long sector = forcedBytes / SECTOR; sector * SECTOR < writtenBytes; sector++) {
                    if (random.nextInt(3) == 0) {
                        zeroed(bytes, Math.max(sector * SECTOR, forcedBytes), (sector + 1) * SECTOR);
                    }
                }
                boolean lengthIsLost = random.nextInt(4) == 0;
                return lengthIsLost
                        ? Arrays.copyOf(bytes, (int) random.nextLong(forcedBytes, writtenBytes + 1))
                        : bytes;
            });
        }

        @Test
        void lacksASectorInTheMiddleOfARecord() throws IOException {
            Path segment = log.open(0, LogFiles.values(3, 4_000));
            change(segment, bytes -> zeroed(bytes, nextSector(log.offset(2)), nextSector(log.offset(2)) + SECTOR));

            assertThat(tail())
                    .returns(true, LogFlaw::torn)
                    .returns(2L, LogFlaw::from)
                    .returns(2L, LogFlaw::through)
                    .returns(log.offset(2), LogFlaw::offset);
        }

        @Test
        void lacksTheSectorInWhichTheRecordBegins() throws IOException {
            Path segment = log.open(0, LogFiles.values(3, 4_000));
            change(segment, bytes -> zeroed(bytes, log.offset(2), nextSector(log.offset(2))));

            assertThat(tail()).returns(true, LogFlaw::torn).returns(LogFlaw.UNKNOWN, LogFlaw::through);
        }

        @Test
        void isCutByTheEndOfTheFile() throws IOException {
            Path segment = log.open(0, LogFiles.values(3, 4_000));
            change(segment, bytes -> Arrays.copyOf(bytes, (int) log.offset(2) + 1_000));

            assertThat(tail()).returns(true, LogFlaw::torn).returns(2L, LogFlaw::through);
            assertThat(extent().end()).isEqualTo(1);
        }
    }

    @Nested
    class Damage {
        @Test
        void isABadRecordWithEverySectorThere() throws IOException {
            Path segment = log.open(0, LogFiles.values(3, 4_000));
            change(segment, bytes -> {
                bytes[(int) log.offset(2) + 700] ^= 1;
                bytes[(int) log.offset(2) + 900] ^= 1;
                return bytes;
            });

            assertThat(tail()).returns(false, LogFlaw::torn).returns(2L, LogFlaw::through);
        }

        @Test
        void isOneFlippedBitInARecordOfZeros() throws IOException {
            Path segment = log.open(0, new byte[3][4_000]);
            change(segment, bytes -> {
                bytes[(int) log.offset(1) + 700] ^= 64;
                return bytes;
            });

            assertThat(tail()).returns(false, LogFlaw::torn).returns(2L, LogFlaw::through);
        }

        @Test
        void isALengthThatSwallowsOtherEntries() throws IOException {
            Path segment = log.open(0, LogFiles.values(60, 500));
            change(segment, bytes -> {
                // Two bits: 3 bytes of length now, far beyond the records that follow.
                bytes[(int) log.offset(1) + 1] |= (byte) 0xc0;
                return bytes;
            });

            assertThat(tail()).returns(false, LogFlaw::torn);
        }

        @Test
        void isALengthThatReachesBeyondTheEndOfTheFile() throws IOException {
            Path segment = log.closed(0, LogFiles.values(3, 500));
            Path open = Files.move(segment, log.current().resolve("log_inprogress_0"));
            change(open, bytes -> {
                bytes[(int) log.offset(2) + 1] ^= 64;
                return bytes;
            });

            assertThat(tail()).returns(false, LogFlaw::torn);
        }

        @Test
        void isAZeroWhereARecordBeginsWithTheRestOfItsSectorThere() throws IOException {
            Path segment = log.open(0, LogFiles.values(3, 300));
            change(segment, bytes -> zeroed(bytes, log.offset(1), log.offset(1) + 4));

            assertThat(tail()).returns(false, LogFlaw::torn);
        }

        @Test
        void isAHoleWithMoreEntriesBehindItThanAreWrittenUnforced() throws IOException {
            Path segment = log.open(0, LogFiles.values(200, 2_000));
            change(segment, bytes -> zeroed(bytes, nextSector(log.offset(10)), nextSector(log.offset(10)) + SECTOR));

            assertThat(tail()).returns(false, LogFlaw::torn).returns(199L, LogFlaw::through);
        }

        @Test
        void isASegmentWithoutItsHeader() throws IOException {
            Path segment = log.open(0, LogFiles.values(3, 100));
            change(segment, bytes -> zeroed(bytes, 0, 8));

            assertThat(tail())
                    .returns(false, LogFlaw::torn)
                    .returns(0L, LogFlaw::from)
                    .returns(LogFlaw.UNKNOWN, LogFlaw::through);
        }

        @Test
        void isAnEntryOfAnotherIndex() throws IOException {
            Path segment = log.open(5, LogFiles.values(3, 100));
            Files.move(segment, log.current().resolve("log_inprogress_4"));

            assertThat(tail()).returns(false, LogFlaw::torn).returns(4L, LogFlaw::from);
        }
    }
}
