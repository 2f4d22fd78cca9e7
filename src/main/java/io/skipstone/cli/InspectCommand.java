package io.skipstone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.terminal.Progress;
import io.skipstone.cli.terminal.Terminal;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Generations;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.StateHash;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.StoreInspection;
import io.skipstone.store.StoreMeta;
import io.skipstone.store.StoreState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "inspect",
        description = "Looks into the data directory of a stopped node, without changing it.",
        footer = {"", "Exit code 3 when the store does not know where it stands, or the directory is in use."})
final class InspectCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "Data directory, as --data-dir names it.")
    private @Nullable Path directory;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(
            names = "--hash",
            description = "Read the whole store, and print a hash of everything it shows beside its applied index:"
                    + " equal on every node of a group at the same index.")
    private boolean hash;

    @Option(names = "--failpoints", description = "List the failpoints that skipstone.failpoints takes; needs no DIR.")
    private boolean failpoints;

    InspectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (failpoints) {
            listFailpoints();
            return 0;
        }
        if (directory == null) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "which data directory?");
        }
        return inspect(directory);
    }

    private int inspect(Path directory) throws IOException {
        if (!Files.isDirectory(directory.resolve("store"))) {
            throw new CliFailure(CliFailure.REFUSED, directory + " is no data directory of a node: it has no store");
        }
        try (var _ = StoppedDirectory.hold(directory);
                var libraries = new ScratchDirectory("skipstone-inspect")) {
            var config = chosen(StoreConfig.of(directory.resolve("store"), libraries.path()));
            StoreInspection found = LmdbStore.inspect(config);
            ObjectNode answer = describe(directory, found);
            if (hash) {
                hash(config, found).ifPresent(known -> answer.put("hash", known.hex()));
            }
            terminal.out().println(json ? Json.pretty(answer) : Answers.table(answer));
            return found.state() instanceof StoreState.Unknown ? CliFailure.REFUSED : 0;
        }
    }

    private void listFailpoints() {
        ObjectNode list = Json.object();
        for (Failpoint point : Failpoint.values()) {
            list.put(point.id(), point.meaning());
        }
        terminal.out().println(json ? Json.pretty(list) : Answers.table(list));
    }

    /** Empty if the store does not know what it holds. */
    private Optional<StateHash> hash(StoreConfig config, StoreInspection found) {
        if (!(found.state() instanceof StoreState.Known)) {
            return Optional.empty();
        }
        var progress = new Progress(terminal, "rows");
        // About: a row of the change log may name many keys.
        double rows = found.rows().values().stream().mapToLong(Long::longValue).sum();
        Optional<StateHash> hash = LmdbStore.readStopped(
                config, view -> StateHash.of(view, count -> progress.update(count, OptionalDouble.of(count / rows))));
        progress.clear();
        return hash;
    }

    /** The generation that a node would start with. */
    private static StoreConfig chosen(StoreConfig config) {
        return new Generations(config)
                .best()
                .map(best -> config.at(best.generation().directory()))
                .orElse(config);
    }

    private static ObjectNode describe(Path directory, StoreInspection found) throws IOException {
        ObjectNode answer = Json.object();
        Path identity = directory.resolve("node.json");
        if (Files.exists(identity)) {
            answer.set("node", Json.parse(Files.readAllBytes(identity)));
        }
        switch (found.state()) {
            case StoreState.Fresh _ -> answer.put("state", "fresh");
            case StoreState.NoIndex _ -> answer.put("state", "no_index");
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
