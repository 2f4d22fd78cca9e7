package io.skipstone.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.cli.client.CliFailure;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerCommandTest {
    private static final String IMAGE = "org.graalvm.nativeimage.imagecode";

    @AfterEach
    void isNoImage() {
        System.clearProperty(IMAGE);
    }

    @Test
    void startsItselfWhereItIsANativeExecutable() {
        System.setProperty(IMAGE, "runtime");
        String self = ProcessHandle.current().info().command().orElseThrow();

        assertThat(ServerCommand.words(Map.of())).containsExactly(self, "-Xmx512m", "run");
    }

    @Test
    void startsTheVeryJarsThatItWasStartedWith() {
        String before = System.getProperty("java.class.path");
        String path = "/app/quarkus/generated-bytecode.jar:/app/lib/main/a.jar";
        System.setProperty("java.class.path", path);
        try {
            assertThat(ServerCommand.words(Map.of("SKIPSTONE_JAVA_OPTS", "-Xss1m")))
                    .containsSubsequence("-Xmx512m", "-Xss1m", "-cp", path)
                    .endsWith("run");
        } finally {
            System.setProperty("java.class.path", before);
        }
    }

    @Test
    void refusesToStartWhatIsNotPackaged() {
        assertThatThrownBy(() -> ServerCommand.words(Map.of()))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("bin/skipstone demo");
    }
}
