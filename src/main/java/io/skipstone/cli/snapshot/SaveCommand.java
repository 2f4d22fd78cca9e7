package io.skipstone.cli.snapshot;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.terminal.Terminal;
import io.skipstone.model.ExitCode;
import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.ArtifactReceiver;
import io.skipstone.store.Directories;
import io.skipstone.store.DiskTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "save",
        description = "Copies the store of a running node into a file, with everything acknowledged before.",
        footer = {"", "The file appears under its name when all of it is checked and on the disk."})
final class SaveCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Parameters(paramLabel = "FILE", description = "Where to write; " + Artifact.FILE_ENDING + " is the usual ending.")
    private Path file = Path.of("");

    @Option(names = "--force", description = "Replace FILE if it is there.")
    private boolean force;

    SaveCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        refuseToOverwrite();
        try (var stop = StopSignal.watch();
                NodeClient client = connection.openOne()) {
            RemoteSnapshot snapshot = make(client, stop);
            save(snapshot, stop);
            return 0;
        } catch (IOException failure) {
            DiskTrouble trouble = DiskTrouble.of(failure);
            throw new CliFailure(
                    trouble.exitCode().code(),
                    file + " cannot be written: " + trouble.advice() + " (" + failure + ")",
                    failure);
        }
    }

    private void refuseToOverwrite() {
        if (Files.exists(file) && !force) {
            throw new CliFailure(ExitCode.EXISTS.code(), file + " exists; give another name, or --force to replace it");
        }
        if (Files.isDirectory(file) || !Files.isDirectory(directory())) {
            throw new CliFailure(
                    ExitCode.NO_INPUT.code(), file + " cannot be written: name a file in a directory that is there");
        }
    }

    private RemoteSnapshot make(NodeClient client, StopSignal stop) {
        try (var progress = new BytesProgress(terminal, "copied on the node")) {
            return RemoteSnapshot.make(client, Connection.patient(client, PATIENCE), progress, stop);
        }
    }

    private void save(RemoteSnapshot snapshot, StopSignal stop) throws IOException {
        requireRoom(snapshot.lengthBytes());
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            download(snapshot, part, stop);
            publish(part);
        } finally {
            Files.deleteIfExists(part);
        }
        report();
    }

    private void requireRoom(long needBytes) throws IOException {
        long freeBytes = Files.getFileStore(directory()).getUsableSpace();
        if (freeBytes < needBytes) {
            throw new CliFailure(
                    ExitCode.DISK.code(),
                    "the snapshot has " + needBytes + " bytes, and the disk of " + file + " has " + freeBytes
                            + " free; make room");
        }
    }

    private void download(RemoteSnapshot snapshot, Path part, StopSignal stop) {
        try (var receiver = ArtifactReceiver.create(part, "the snapshot of the node");
                var progress = new BytesProgress(terminal, "saved")) {
            new SnapshotDownload(snapshot, receiver, progress, stop).run();
            receiver.sync();
        }
    }

    private void publish(Path part) throws IOException {
        if (force) {
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } else {
            Files.move(part, file);
        }
        Directories.sync(directory());
    }

    private Path directory() {
        return file.toAbsolutePath().resolveSibling(".");
    }

    private void report() {
        try (Artifact saved = Artifact.open(file)) {
            var contents = saved.manifest().contents();
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "saved revision %d, entry %d into %s, %,d bytes%n",
                            contents.revision(),
                            contents.applied().index(),
                            file,
                            saved.lengthBytes());
        }
    }
}
