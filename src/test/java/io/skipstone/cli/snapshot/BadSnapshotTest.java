package io.skipstone.cli.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.cli.CliRun;
import io.skipstone.model.ExitCode;
import io.skipstone.store.DirectoryImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no good is found by status and by restore alike, each fault under its exit code, and nothing is changed. */
class BadSnapshotTest {
    private static SnapshotFile good;

    @TempDir
    private Path dir;

    @BeforeAll
    static void makeASnapshot(@TempDir Path scratch) throws IOException {
        good = SnapshotFile.make(scratch);
    }

    static Stream<Arguments> faults() {
        int inTheData = good.frameBytes() + 2 * good.chunkBytes() + 99;
        return Stream.of(
                fault("cut in the data", good.cutBehind(inTheData), ExitCode.DAMAGED, "ends after"),
                fault("cut in the manifest", good.cutBehind(20), ExitCode.DAMAGED, "ends inside its manifest"),
                fault("empty", good.cutBehind(0), ExitCode.DAMAGED, "ends inside its manifest"),
                fault("a bit of the data flipped", good.flipped(inTheData), ExitCode.DAMAGED, "chunk 2"),
                fault(
                        "a bit of the last byte flipped",
                        good.flipped(good.bytes().length - 1),
                        ExitCode.DAMAGED,
                        "chunk"),
                fault("a bit of the manifest flipped", good.flipped(20), ExitCode.DAMAGED, "damaged manifest"),
                fault("a bit of the version flipped", good.flipped(7), ExitCode.DAMAGED, "damaged manifest"),
                fault("chunks swapped", good.swapped(), ExitCode.DAMAGED, "chunk 0"),
                fault("another file", good.flipped(0), ExitCode.DAMAGED, "is not an artifact"),
                fault("a newer format", good.ofFormat(2), ExitCode.FORMAT, "has format 2, this version reads format 1"),
                fault(
                        "an older format",
                        good.ofFormat(0),
                        ExitCode.FORMAT,
                        "has format 0, this version reads format 1"));
    }

    private static Arguments fault(String name, SnapshotFile file, ExitCode exitCode, String says) {
        return Arguments.of(name, file, exitCode, says);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void isRefused(String name, SnapshotFile bad, ExitCode exitCode, String says) throws IOException {
        Path file = bad.in(dir.resolve("bad.skip"));
        DirectoryImage before = DirectoryImage.of(dir);

        assertRefused(CliRun.of("snapshot", "status", file.toString()), exitCode, says);
        assertRefused(
                CliRun.of(
                        "snapshot",
                        "restore",
                        file.toString(),
                        "--data-dir",
                        dir.resolve("a/new/one").toString()),
                exitCode,
                says);

        assertThat(DirectoryImage.of(dir)).isEqualTo(before);
    }

    private static void assertRefused(CliRun run, ExitCode exitCode, String says) {
        assertThat(run.err()).contains(says);
        assertThat(run.err().strip().lines()).hasSize(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(exitCode.code());
    }
}
