package io.skipstone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.terminal.Terminal;
import io.skipstone.model.Timestamp;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.StoreInspection;
import io.skipstone.store.StoreMeta;
import io.skipstone.store.StoreState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "inspect",
        description = "Looks into the data directory of a stopped node, without changing it.",
        footer = {"", "Exit code 3 when the store does not know where it stands, or the directory is in use."})
final class InspectCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Data directory, as --data-dir names it.")
    private Path directory = Path.of("");

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    InspectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(directory.resolve("store"))) {
            throw new CliFailure(CliFailure.REFUSED, directory + " is no data directory of a node: it has no store");
        }
        try (var _ = StoppedDirectory.hold(directory);
                var libraries = new ScratchDirectory("skipstone-inspect")) {
            StoreInspection found = LmdbStore.inspect(StoreConfig.of(directory.resolve("store"), libraries.path()));
            ObjectNode answer = describe(found);
            terminal.out().println(json ? Json.pretty(answer) : Answers.table(answer));
            return found.state() instanceof StoreState.Unknown ? CliFailure.REFUSED : 0;
        }
    }

    private ObjectNode describe(StoreInspection found) throws IOException {
        ObjectNode answer = Json.object();
        Path identity = directory.resolve("node.json");
        if (Files.exists(identity)) {
            answer.set("node", Json.parse(Files.readAllBytes(identity)));
        }
        switch (found.state()) {
            case StoreState.Fresh _ -> answer.put("state", "fresh");
            case StoreState.Unknown(var doubt) ->
                answer.put("state", "unknown").put("reason", doubt.name().toLowerCase(Locale.ROOT));
            case StoreState.Known(StoreMeta meta) -> describe(answer.put("state", "known"), meta);
        }
        ObjectNode sizes = answer.putObject("bytes");
        sizes.put("map", found.stats().mapBytes());
        sizes.put("used", found.stats().usedBytes());
        sizes.put("free", found.stats().freeBytes());
        sizes.put("raftLog", sizeOf(directory.resolve("raft")));
        ObjectNode rows = answer.putObject("rows");
        found.rows().forEach(rows::put);
        return answer;
    }

    private static void describe(ObjectNode answer, StoreMeta meta) {
        meta.applied()
                .ifPresent(applied ->
                        answer.putObject("applied").put("term", applied.term()).put("index", applied.index()));
        answer.put("revision", meta.revision());
        moment(answer, "lastCommit", meta.lastCommitTs());
        moment(answer, "hlcCeiling", meta.hlcCeiling());
        moment(answer, "gcFloor", meta.gcFloor());
        answer.put("cutover", meta.cutover());
        meta.groupId().ifPresent(group -> answer.put("groupId", group.toString()));
    }

    /** The timestamp as requests take it, and as a clock shows it. */
    private static void moment(ObjectNode answer, String name, Timestamp timestamp) {
        if (!timestamp.isNone()) {
            answer.put(name + "Ts", timestamp.toString());
            answer.put(name + "Time", Instant.ofEpochMilli(timestamp.millis()).toString());
        }
    }

    private static long sizeOf(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (var files = Files.walk(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
