package io.skipstone.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.cli.BatchRecorder;
import io.skipstone.cli.BatchRecorder.Refusal;
import io.skipstone.cli.CliRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
    @TempDir
    private Path dir;

    private BatchRecorder node;

    @BeforeEach
    void start() throws IOException {
        node = new BatchRecorder();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Nested
    class AWholeFile {
        @Test
        void isWrittenInBatchesAndLeavesNoStateFileBehind() throws IOException {
            var run = importFile(file("in.tsv", lines(1, 10)), "--batch", "4");

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).isEqualToIgnoringNewLines("imported 10 records, up to revision 1");
            assertThat(node.values()).hasSize(10).containsEntry("k7", "v7");
            assertThat(node.batches()).extracting(List::size).containsExactlyInAnyOrder(4, 4, 2);
            assertThat(filesInDir()).containsExactly("in.tsv");
        }

        @Test
        void endsWithTheLaterValueOfAKeyThatComesTwice() throws IOException {
            Path input = file("in.tsv", "a\tfirst\nb\t1\na\tsecond\nc\t1\na\tthird\n");

            importFile(input, "--batch", "1", "--parallel", "8");

            assertThat(node.values()).containsEntry("a", "third");
        }

        @Test
        void mayComeFromStandardInput() {
            var run = CliRun.withInput("a\t1\n", "import", "-", "--format", "tsv", "--endpoint", node.endpoint());

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(node.values()).containsOnlyKeys("a");
        }

        @Test
        void leavesOutWhatHasExpired() throws IOException {
            Path input = file("in.jsonl", """
                    {"key":"old","value":"1","expiresAt":"2001-01-01T00:00:00Z"}
                    {"key":"new","value":"1","expiresAt":"2101-01-01T00:00:00Z"}
                    """);

            var run = importFile(input);

            assertThat(run.out()).isEqualToIgnoringNewLines("imported 1 records, 1 had expired, up to revision 1");
            assertThat(node.values()).containsOnlyKeys("new");
        }
    }

    @Nested
    class BadRecords {
        @Test
        void areReportedWithTheirNumberAndReasonAndTheRestIsWritten() throws IOException {
            var run = importFile(file("in.tsv", "a\t1\nbad\nb\t2\n"));

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("line 2: there is no tab between key and value");
            assertThat(run.out()).isEqualToIgnoringNewLines("imported 2 records, 1 rejected, up to revision 1");
            assertThat(node.values()).containsOnlyKeys("a", "b");
        }

        @Test
        void thatOnlyTheNodeCanTellAreFoundOneByOne() throws IOException {
            node.refuse(keys -> keys.contains("k5") ? Optional.of(new Refusal(413, false)) : Optional.empty());

            var run = importFile(file("in.tsv", lines(1, 8)));

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("line 5: the node says: told to refuse");
            assertThat(node.values()).hasSize(7).doesNotContainKey("k5");
        }

        @Test
        void stopTheImportIfAskedToAndMendedItGoesOn() throws IOException {
            Path input = file("in.tsv", lines(1, 4) + "bad\n" + lines(6, 8));

            var stopped = importFile(input, "--batch", "2", "--on-error", "stop");

            assertThat(stopped.exitCode()).isEqualTo(1);
            assertThat(stopped.err()).contains("line 5: there is no tab", "stopped there");
            assertThat(node.values()).hasSize(4);

            Files.writeString(input, lines(1, 8));
            var mended = importFile(input, "--batch", "2", "--on-error", "stop");

            assertThat(mended.exitCode()).as(mended.err()).isZero();
            assertThat(mended.err()).contains("going on behind line 4");
            assertThat(mended.out()).isEqualToIgnoringNewLines("imported 8 records (4 of them now), up to revision 1");
            assertThat(node.values()).hasSize(8);
            assertThat(node.batches()).hasSize(4);
        }
    }

    @Nested
    class Trouble {
        @Test
        void thatPassesIsWaitedOut() throws IOException {
            var left = new AtomicInteger(3);
            int[] statuses = {504, 503, 429};
            node.refuse(keys -> left.get() > 0
                    ? Optional.of(new Refusal(statuses[left.decrementAndGet()], false))
                    : Optional.empty());

            var run = importFile(file("in.tsv", lines(1, 3)));

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(node.requests()).isEqualTo(4);
            assertThat(node.values()).hasSize(3);
        }

        @Test
        void withAnUnknownOutcomeTakesEffectOnce() throws IOException {
            var left = new AtomicInteger(1);
            node.refuse(keys -> left.getAndDecrement() > 0 ? Optional.of(new Refusal(504, true)) : Optional.empty());

            var run = importFile(file("in.tsv", lines(1, 3)));

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(node.requests()).isEqualTo(2);
            assertThat(node.batches()).hasSize(1);
        }

        @Test
        void thatDoesNotPassStopsTheImportAndTheSameCommandGoesOn() throws IOException {
            Path input = file("in.tsv", lines(1, 100));
            node.refuse(keys -> keys.contains("k51") ? Optional.of(new Refusal(507, false)) : Optional.empty());

            var stopped = importFile(input, "--batch", "10", "--parallel", "1");

            assertThat(stopped.exitCode()).isEqualTo(3);
            assertThat(stopped.err()).contains("the node says no (507 told_to): told to refuse");

            node.refuse(keys -> Optional.empty());
            var resumed = importFile(input, "--batch", "10", "--parallel", "1");

            assertThat(resumed.exitCode()).as(resumed.err()).isZero();
            assertThat(resumed.err()).contains("going on behind line 50");
            assertThat(node.values()).hasSize(100);
            assertThat(node.batches()).hasSize(10);
            assertThat(filesInDir()).containsExactly("in.tsv");
        }

        @Test
        void isNotSkippedOverWhenTheInputIsAnotherOne() throws IOException {
            Path input = file("in.tsv", lines(1, 100));
            node.refuse(keys -> keys.contains("k51") ? Optional.of(new Refusal(507, false)) : Optional.empty());
            importFile(input, "--batch", "10", "--parallel", "1");
            node.refuse(keys -> Optional.empty());
            Files.writeString(input, lines(2, 100));

            var other = importFile(input);
            var restarted = importFile(input, "--restart");

            assertThat(other.exitCode()).isEqualTo(3);
            assertThat(other.err()).contains("are not those imported before", "--restart");
            assertThat(restarted.exitCode()).as(restarted.err()).isZero();
        }
    }

    private CliRun importFile(Path input, String... options) {
        var fixed = Stream.of("import", input.toString(), "--endpoint", node.endpoint());
        return CliRun.of(Stream.concat(fixed, Stream.of(options)).toArray(String[]::new));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(dir.resolve(name), content);
    }

    private List<String> filesInDir() throws IOException {
        try (var files = Files.list(dir)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String lines(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(n -> "k" + n + "\tv" + n + "\n")
                .collect(Collectors.joining());
    }
}
