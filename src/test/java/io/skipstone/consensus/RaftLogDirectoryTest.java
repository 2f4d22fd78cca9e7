package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.snapshot.LogExtent;
import io.skipstone.snapshot.LogFlaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftLogDirectoryTest {
    private static final byte[][] TEN = LogFiles.values(10, 50);

    @TempDir
    Path dir;

    private LogFiles log;

    @BeforeEach
    void makeLog() {
        log = new LogFiles(dir);
    }

    private LogExtent extent() throws IOException {
        return log.directory().extent();
    }

    @Nested
    class FindsWhatTheNamesHide {
        @Test
        void aSegmentThatIsMissingInTheMiddle() throws IOException {
            log.closed(0, TEN);
            log.open(20, TEN);

            assertThat(extent()).returns(20L, LogExtent::start).returns(29L, LogExtent::end);
            assertThat(extent().front().orElseThrow())
                    .returns(10L, LogFlaw::from)
                    .returns(19L, LogFlaw::through);
            assertThat(extent().isWhole()).isFalse();
        }

        @Test
        void aClosedSegmentThatEndsTooEarly() throws IOException {
            Path closed = log.closed(0, TEN);
            Files.write(closed, Arrays.copyOf(Files.readAllBytes(closed), (int) log.offset(7)));
            log.open(10, TEN);

            assertThat(extent()).returns(10L, LogExtent::start).returns(19L, LogExtent::end);
            assertThat(extent().front().orElseThrow())
                    .returns(7L, LogFlaw::from)
                    .returns(9L, LogFlaw::through);
        }

        @Test
        void aClosedSegmentWithoutAByte() throws IOException {
            Files.createFile(log.current().resolve("log_0-9"));
            log.open(10, TEN);

            assertThat(extent().front().orElseThrow()).returns(9L, LogFlaw::through);
        }

        @Test
        void aFlippedBitInAClosedSegment() throws IOException {
            Path closed = log.closed(0, TEN);
            byte[] bytes = Files.readAllBytes(closed);
            bytes[(int) log.offset(3) + 9] ^= 1;
            Files.write(closed, bytes);
            log.closed(10, TEN);
            log.open(20, TEN);

            assertThat(extent()).returns(10L, LogExtent::start).returns(29L, LogExtent::end);
            assertThat(extent().front().orElseThrow())
                    .returns(3L, LogFlaw::from)
                    .returns(9L, LogFlaw::through);
        }

        @Test
        void twoOpenSegments() throws IOException {
            log.open(0, TEN);
            log.open(10, TEN);

            assertThat(extent().front().orElseThrow()).returns(LogFlaw.UNKNOWN, LogFlaw::through);
        }

        @Test
        void aCopyOfASegmentThatRatisWouldReadToo() throws IOException {
            Path open = log.open(0, TEN);
            Files.copy(open, log.current().resolve("log_inprogress_0.bak"));

            assertThat(extent().front().orElseThrow()).returns(LogFlaw.UNKNOWN, LogFlaw::through);
        }
    }

    @Nested
    class Repairs {
        @Test
        void keepACopyOfTheTailThatIsCut() throws IOException {
            Path open = log.open(0, TEN);
            byte[] before = Files.readAllBytes(open);
            byte[] cut = Arrays.copyOf(before, (int) log.offset(8) + 5);
            Files.write(open, cut);

            Path aside = log.directory().cut(extent().tail().orElseThrow());

            assertThat(Files.size(open)).isEqualTo(log.offset(8));
            assertThat(aside.resolve("log_inprogress_0.from-" + log.offset(8)))
                    .hasBinaryContent(Arrays.copyOfRange(cut, (int) log.offset(8), cut.length));
            assertThat(LogFiles.readByRatis(open)).hasSize(8);
        }

        @Test
        void moveTheFrontAsideAndLeaveTheRest() throws IOException {
            Path first = log.closed(0, TEN);
            Path second = log.open(20, TEN);

            Path aside = log.directory().moveFrontAside(20);

            assertThat(first).doesNotExist();
            assertThat(second).exists();
            assertThat(aside.resolve("log_0-9")).exists();
            assertThat(extent()).isEqualTo(new LogExtent(20, 29, true, false));
        }

        @Test
        void moveAllEntriesAsideAndLeaveTheVote() throws IOException {
            log.closed(0, TEN);
            log.open(10, TEN);

            Path aside = log.directory().moveEntriesAside();

            assertThat(aside).isDirectoryContaining("glob:**log_inprogress_10").isDirectoryContaining("glob:**log_0-9");
            assertThat(extent()).isEqualTo(new LogExtent(-1, -1, true, false));
        }

        @Test
        void neverOverwriteWhatAnEarlierOneKept() throws IOException {
            log.open(0, TEN);
            Path first = log.directory().moveEntriesAside();
            log.open(0, TEN);

            assertThat(log.directory().moveEntriesAside()).isNotEqualTo(first);
            assertThat(first).isNotEmptyDirectory();
        }
    }

    @Test
    void takesAnEmptyVoteFileForNone() throws IOException {
        log.open(0, TEN);
        Files.writeString(log.current().resolve("raft-meta"), "");

        assertThat(extent()).isEqualTo(new LogExtent(0, 9, false, false));
    }

    @Test
    void looksWithoutChangingAnything() throws IOException {
        log.open(0, TEN);
        Path empty = Files.createFile(log.current().resolve("log_inprogress_10"));
        Path leftover = Files.createFile(log.current().resolve("raft-meta.tmp"));

        assertThat(extent()).isEqualTo(new LogExtent(0, 9, true, false));
        assertThat(empty).exists();
        assertThat(leftover).exists();
    }
}
