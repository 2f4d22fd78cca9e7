package io.skipstone.cli.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Keeps an {@link ImportState} on disk: replaced as a whole, so that it is never half written. */
final class StateFile {
    private static final int FORMAT = 1;

    private final Path path;

    StateFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    Optional<ImportState> load() throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        JsonNode json = Json.parse(Files.readAllBytes(path));
        if (json.path("format").asInt() != FORMAT || !json.path("sha256").isTextual()) {
            throw new CliFailure(
                    CliFailure.REFUSED,
                    path + " is not the state of an import; remove it, or name another with --state");
        }
        return Optional.of(new ImportState(
                json.path("lastNumber").asLong(),
                json.path("sha256").asText(),
                json.path("imported").asLong(),
                json.path("rejected").asLong()));
    }

    void save(ImportState state) throws IOException {
        ObjectNode json = Json.object()
                .put("format", FORMAT)
                .put("lastNumber", state.lastNumber())
                .put("sha256", state.digest())
                .put("imported", state.imported())
                .put("rejected", state.rejected());
        Path next = path.resolveSibling(path.getFileName() + ".next");
        try (var file = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            var bytes = ByteBuffer.wrap(Json.write(json));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
