package io.skipstone.formal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The model of pin, gate, purge, install and crash in {@code src/test/alloy} is proven, and each broken variant is refuted.
 *
 * <p>The checker is a process of its own: its jar must not come near the classpath of the server.
 */
class ColdStartModelIT {
    private static final Path MODEL = Path.of("src", "test", "alloy");
    private static final Path OUTPUT = Path.of("target", "alloy", "check.txt");
    private static final long TIMEOUT_MINUTES = 15;

    private static List<String> output = List.of();

    @BeforeAll
    static void check() throws IOException, InterruptedException {
        var checker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        Path.of("target", "alloy", "alloy.jar").toString(),
                        MODEL.resolve("CheckModel.java").toString())
                .redirectOutput(OUTPUT.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(checker.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES))
                    .as("the checker ended; see %s", OUTPUT)
                    .isTrue();
        } finally {
            checker.destroyForcibly();
        }
        output = Files.readAllLines(OUTPUT);
    }

    /** One test for each line of the checker; a trace that should not be there is in the message. */
    @TestFactory
    Stream<DynamicTest> endsAsExpected() {
        return output.stream()
                .filter(line -> line.contains("\t"))
                .map(line -> line.split("\t", -1))
                .map(result -> DynamicTest.dynamicTest(result[0], () -> assertThat(result[2])
                        .as("%s: %s; all of it:%n%s", result[0], result[1], String.join("\n", output))
                        .isEqualTo("as expected")));
    }

    @Test
    void provesEveryKindOfStep() {
        assertThat(output)
                .extracting(line -> line.split("\t", -1)[0])
                .contains(
                        "theInvariantHoldsAtFirst",
                        "theInvariantMeansSafety",
                        "workKeepsTheInvariant",
                        "pinsKeepTheInvariant",
                        "installsKeepTheInvariant",
                        "startsKeepTheInvariant",
                        "crashesKeepTheInvariant");
    }

    @TestFactory
    Stream<DynamicTest> refutesEveryBrokenVariant() throws IOException {
        try (Stream<Path> variants = Files.list(MODEL.resolve("broken"))) {
            return variants.sorted().toList().stream().map(variant -> {
                String name = String.valueOf(variant.getFileName()).replace(".txt", "");
                return DynamicTest.dynamicTest(name + ": " + meaning(variant), () -> assertThat(output)
                        .anyMatch(line -> line.startsWith(name + " breaks the proof\tfound\t"))
                        .anyMatch(line -> line.startsWith(name + " loses\tfound\t")));
            });
        }
    }

    private static String meaning(Path variant) {
        try {
            return Files.readAllLines(variant).getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
