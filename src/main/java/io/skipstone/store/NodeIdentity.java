package io.skipstone.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.model.ExitCode;
import io.skipstone.model.Founder;
import io.skipstone.model.GroupOrigin;
import io.skipstone.model.MemberId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Whose a data directory is, as its {@code node.json} says.
 *
 * @param member the node, and this directory of it
 * @param origin empty until the node has come to a group
 */
public record NodeIdentity(MemberId member, Optional<GroupOrigin> origin) {
    static final String FILE = "node.json";

    /** Format 1 had the store directly in {@code store/}, format 2 had no incarnation. */
    static final int FORMAT = 3;

    private static final Pattern NODE_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final String ALONE = "alone";
    private static final String FOUNDED = "founded";
    private static final String JOINED = "joined";
    private static final String DRAFT = FILE + ".tmp";
    private static final int MAX_BYTES = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A new directory of that node, in no group yet. */
    public static NodeIdentity of(String nodeId) {
        return new NodeIdentity(new MemberId(nodeId, MemberId.newIncarnation()), Optional.empty());
    }

    /** The same directory, in a group. */
    public NodeIdentity in(GroupOrigin group) {
        return new NodeIdentity(member, Optional.of(group));
    }

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
        var member = new MemberId(
                json.path("nodeId").asText(), json.path("incarnation").asText());
        return new NodeIdentity(member, origin(json));
    }

    private static Optional<GroupOrigin> origin(JsonNode json) {
        if (!json.has("groupId")) {
            return Optional.empty();
        }
        UUID group = UUID.fromString(json.path("groupId").asText());
        return Optional.of(
                switch (json.path("origin").asText()) {
                    case ALONE -> new GroupOrigin.Alone(group);
                    case JOINED -> new GroupOrigin.Joined(group);
                    case FOUNDED -> new GroupOrigin.Founded(group, founders(json.path("founders")));
                    default -> throw new IllegalArgumentException("origin " + json.path("origin"));
                });
    }

    private static List<Founder> founders(JsonNode json) {
        require(!json.isEmpty(), "no founders");
        return json.valueStream().map(JsonNode::asText).map(Founder::parse).toList();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** Writes it, whole and durably, or (thrown) leaves what was there. */
    void write(Path root) throws IOException {
        Path draft = root.resolve(DRAFT);
        Path file = root.resolve(FILE);
        boolean isNew = !Files.exists(file);
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
            if (isNew) {
                Files.deleteIfExists(file);
            }
            throw failure;
        }
    }

    private String text() {
        ObjectNode json = JSON.createObjectNode()
                .put("format", FORMAT)
                .put("nodeId", member.nodeId())
                .put("incarnation", member.incarnation());
        origin.ifPresent(known -> {
            json.put("groupId", known.groupId().toString());
            switch (known) {
                case GroupOrigin.Alone _ -> json.put("origin", ALONE);
                case GroupOrigin.Joined _ -> json.put("origin", JOINED);
                case GroupOrigin.Founded(var _, var founders) -> {
                    var list = json.put("origin", FOUNDED).putArray("founders");
                    founders.forEach(founder -> list.add(founder.toString()));
                }
            }
        });
        return json.toPrettyString() + "\n";
    }
}
