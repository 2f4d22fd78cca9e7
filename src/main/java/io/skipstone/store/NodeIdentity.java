package io.skipstone.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skipstone.model.ExitCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Whose a data directory is, as its {@code node.json} says. */
public record NodeIdentity(String nodeId, UUID groupId) {
    static final String FILE = "node.json";

    /** Format 1 had the store directly in {@code store/}. */
    static final int FORMAT = 2;

    private static final Pattern NODE_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final String DRAFT = FILE + ".tmp";
    private static final int MAX_BYTES = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Whether a node may be named so. */
    public static boolean isNodeId(String text) {
        return NODE_ID.matcher(text).matches();
    }

    /** Reads it without changing anything; empty when there is none. Throws {@link DirectoryRefusal} for what it cannot understand. */
    static Optional<NodeIdentity> read(Path root) throws IOException {
        Path file = root.resolve(FILE);
        byte[] text;
        try (var in = Files.newInputStream(file)) {
            text = in.readNBytes(MAX_BYTES);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(root, JSON.readTree(text)));
        } catch (JsonProcessingException | IllegalArgumentException damage) {
            throw new DirectoryRefusal(
                    ExitCode.DAMAGED,
                    "identity file " + file + " is damaged; put a copy of it in place, from a backup of this directory",
                    damage);
        }
    }

    private static NodeIdentity parse(Path root, JsonNode json) {
        JsonNode format = json.path("format");
        require(format.isIntegralNumber(), "format is no number");
        if (!format.canConvertToInt() || format.intValue() != FORMAT) {
            throw new DirectoryRefusal(
                    ExitCode.FORMAT,
                    "data directory " + root + " has format " + format.asText() + ", this version knows format "
                            + FORMAT + "; use the version that wrote it");
        }
        String nodeId = json.path("nodeId").asText();
        require(!nodeId.isEmpty(), "no node id");
        return new NodeIdentity(nodeId, UUID.fromString(json.path("groupId").asText()));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** Writes it, where none is yet: whole and durably, or (thrown) not at all. */
    void write(Path root) throws IOException {
        Path draft = root.resolve(DRAFT);
        Path file = root.resolve(FILE);
        try {
            Files.writeString(draft, text(), StandardCharsets.UTF_8);
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            // The rename is durable only with its directory (fsync(2)).
            Directories.sync(root);
        } catch (IOException failure) {
            Files.deleteIfExists(draft);
            Files.deleteIfExists(file);
            throw failure;
        }
    }

    private String text() {
        return JSON.createObjectNode()
                        .put("format", FORMAT)
                        .put("nodeId", nodeId)
                        .put("groupId", groupId.toString())
                        .toPrettyString()
                + "\n";
    }
}
