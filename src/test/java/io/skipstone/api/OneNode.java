package io.skipstone.api;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A real node on free ports with a data directory of its own, shared by the tests that speak to it from outside.
 *
 * <p>A nested class names the profile again: Quarkus does not look for it on the enclosing class when it chooses the class loader, and
 * would run the nested tests in another one.
 */
public class OneNode implements QuarkusTestProfile {
    /** Long enough for a busy machine, short enough to see a silent client cut. */
    public static final int IDLE_TIMEOUT_SECONDS = 6;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "skipstone.data-dir",
                freshDirectory().toString(),
                "skipstone.peer.port",
                "0",
                "quarkus.http.idle-timeout",
                IDLE_TIMEOUT_SECONDS + "s");
    }

    private static Path freshDirectory() {
        try {
            Path parent = Files.createDirectories(Path.of("target", "test-nodes"));
            return Files.createTempDirectory(parent, "api-").toAbsolutePath();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
