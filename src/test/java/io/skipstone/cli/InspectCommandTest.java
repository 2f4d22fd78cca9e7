package io.skipstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Json;
import io.skipstone.model.Bytes;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Key;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.StoreConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
    @TempDir
    private Path dir;

    @Test
    void tellsWhereTheStoreStandsAndWhatItHolds() throws IOException {
        writeOneEntry(dir.resolve("store/gen-1"));
        Files.writeString(dir.resolve("node.json"), "{\"format\":2,\"nodeId\":\"n7\"}");

        var run = CliRun.of("inspect", dir.toString(), "--json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode answer = Json.parse(run.out().getBytes(StandardCharsets.UTF_8));
        assertThat(answer.path("node").path("nodeId").asText()).isEqualTo("n7");
        assertThat(answer.path("state").asText()).isEqualTo("known");
        assertThat(answer.path("applied").path("index").asLong()).isEqualTo(41);
        assertThat(answer.path("revision").asLong()).isEqualTo(1);
        assertThat(answer.path("lastCommitTime").asText()).isEqualTo("1970-01-01T00:00:01Z");
        assertThat(answer.path("rows").path("kv").asLong()).isEqualTo(1);
    }

    @Test
    void printsATableForAPerson() {
        writeOneEntry(dir.resolve("store/gen-1"));

        assertThat(CliRun.of("inspect", dir.toString()).out())
                .containsPattern("applied +2:41")
                .containsPattern("rows.kv +1");
    }

    @Test
    void refusesADirectoryThatIsNoDataDirectory() {
        var run = CliRun.of("inspect", dir.toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("is no data directory");
    }

    @Test
    void refusesADirectoryInUse() throws IOException {
        writeOneEntry(dir.resolve("store/gen-1"));
        try (var lockFile = FileChannel.open(dir.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = lockFile.lock()) {
            var run = CliRun.of("inspect", dir.toString());

            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.err()).contains("is in use by a running node");
        }
    }

    @Test
    void saysSoWhenTheStoreIsDamaged() throws IOException {
        Files.createDirectories(dir.resolve("store/gen-1"));
        Files.writeString(dir.resolve("store/gen-1/data.mdb"), "no database".repeat(1000));

        var run = CliRun.of("inspect", dir.toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).containsPattern("state +unknown").contains("reason");
    }

    @Test
    void hashesEverythingTheStoreShows() throws IOException {
        writeOneEntry(dir.resolve("store/gen-1"));

        var run = CliRun.of("inspect", dir.toString(), "--hash", "--json");

        JsonNode answer = Json.parse(run.out().getBytes(StandardCharsets.UTF_8));
        assertThat(answer.path("hash").asText()).matches("[0-9a-f]{64}");
        assertThat(answer.path("applied").path("index").asLong()).isEqualTo(41);
        assertThat(run.err()).isEmpty();
        assertThat(CliRun.of("inspect", dir.toString(), "--hash").out())
                .containsPattern("hash +" + answer.path("hash").asText());
    }

    @Test
    void listsTheFailpointsWithoutADirectory() throws IOException {
        assertThat(CliRun.of("inspect", "--failpoints").out())
                .containsPattern("pin.synced +the sync returned; the pin has not moved");

        JsonNode list =
                Json.parse(CliRun.of("inspect", "--failpoints", "--json").out().getBytes(StandardCharsets.UTF_8));
        assertThat(list.size()).isEqualTo(Failpoint.values().length);
        assertThat(list.path("pin.synced").asText()).isEqualTo(Failpoint.PIN_SYNCED.meaning());
    }

    @Test
    void asksForTheDirectoryWhenThereIsNone() {
        var run = CliRun.of("inspect");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("which data directory?");
    }

    private void writeOneEntry(Path store) {
        try (var opened = LmdbStore.open(StoreConfig.of(store, dir.resolve("native")))) {
            var position = new Position(2, 41);
            opened.write(position, txn -> {
                txn.beginEntry(position, Timestamp.ofMillis(1000));
                return txn.put(Key.utf8("k"), Bytes.utf8("v"), Timestamp.NONE);
            });
        }
    }
}
