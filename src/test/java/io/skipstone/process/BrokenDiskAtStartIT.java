package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skipstone.Preloaded;
import io.skipstone.model.ExitCode;
import io.skipstone.process.FaultyDisk.Call;
import io.skipstone.process.FaultyDisk.Trouble;
import io.skipstone.process.FaultyDisk.Where;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node whose disk refuses to write while it starts ends with one line that says so, and starts when the disk is repaired. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class BrokenDiskAtStartIT {
    @TempDir
    private Path dir;

    @BeforeAll
    static void needsLinux() {
        assumeTrue(Preloaded.isPossible(), "needs Linux and gcc");
    }

    @Test
    void isSaidInOneLineAndMadeGoodByARepair() throws Exception {
        FaultyDisk disk = FaultyDisk.in(dir.resolve("disk"));
        try (var server = ServerProcess.start(dir.resolve("data"), disk.environment())) {
            new Skipstone(server).run("put", "key", "value");
            server.stop();

            disk.fails(Call.WRITE, Trouble.EIO, Where.STORE);
            endsWithOneLine(server, "cannot be written", "the disk refuses to read or write");

            disk.fails(Call.SYNC, Trouble.EIO, Where.STORE);
            endsWithOneLine(server, "cannot be written", "the disk refuses to read or write");

            disk.fails(Call.WRITE, Trouble.ENOSPC, Where.STORE);
            endsWithOneLine(server, "cannot be written", "the disk is full; make room");

            disk.isRepaired();
            server.restart();
            assertThat(new Skipstone(server)
                            .status()
                            .path("coldStart")
                            .path("outcome")
                            .asText())
                    .as("the store was left where it was")
                    .isEqualTo("skipped");
            assertThat(new Skipstone(server).run("get", "key")).isEqualTo("value");
        }
    }

    private static void endsWithOneLine(ServerProcess server, String... words) throws Exception {
        int before = server.log().length();
        server.launchAgain(server.settings());

        int exitCode = server.awaitExit();

        String log = server.log().substring(before);
        assertThat(exitCode).as(log).isEqualTo(ExitCode.DISK.code());
        assertThat(log).contains("node cannot start: ").contains(words).doesNotContain("\tat ");
    }
}
