package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.process.Executable.Binary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutableTest {
    @TempDir
    private Path dir;

    @Test
    void isCalledAsItselfWithPropertiesBeforeTheCommand() throws IOException {
        var binary = new Binary(script("exit 0"));

        assertThat(binary.command(512, Map.of("a", "b"), List.of("run", "--node-id=n1")))
                .containsExactly(binary.file().toString(), "-Da=b", "run", "--node-id=n1");
    }

    @Test
    void isTheCommandLineToo() throws IOException {
        var run = new Binary(script("echo \"got $*\"; echo trouble >&2; exit 3")).cli("get", "key");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).isEqualTo("got get key\n");
        assertThat(run.err()).isEqualTo("trouble\n");
    }

    @Test
    void isRefusedWhereThereIsNoneOrItMayNotBeExecuted() throws IOException {
        Path missing = dir.resolve("missing");
        Path text = Files.writeString(dir.resolve("text"), "words");

        for (Path wrong : List.of(missing, text, dir)) {
            assertThatThrownBy(() -> new Binary(wrong))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("skipstone.binary is no executable file: " + wrong);
        }
    }

    private Path script(String line) throws IOException {
        Path script = Files.writeString(dir.resolve("script"), "#!/bin/sh\n" + line + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}
