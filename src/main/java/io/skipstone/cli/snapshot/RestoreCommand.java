package io.skipstone.cli.snapshot;

import io.skipstone.cli.ScratchDirectory;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.terminal.Terminal;
import io.skipstone.model.GroupOrigin;
import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.ArtifactStage;
import io.skipstone.snapshot.Manifest;
import io.skipstone.store.ClaimedDirectory;
import io.skipstone.store.Generations;
import io.skipstone.store.NodeIdentity;
import io.skipstone.store.StoreConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "restore",
        description = "Makes the data directory of a new node, in a new group, from a snapshot.",
        footer = {"", "DIR is empty or not there yet. Whatever goes wrong, it is left so."})
final class RestoreCommand implements Callable<Integer> {
    /** Beside the data: LMDB's lock file, the identity, the first segment of the log. */
    private static final long ROOM_BESIDES_BYTES = 32L << 20;

    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "A file that 'snapshot save' wrote.")
    private Path file = Path.of("");

    @Option(names = "--data-dir", required = true, paramLabel = "DIR", description = "The new data directory.")
    private Path directory = Path.of("");

    @Option(
            names = "--node-id",
            paramLabel = "NAME",
            defaultValue = "n1",
            description = "Name of the new node (default: ${DEFAULT-VALUE}).")
    private String nodeId = "";

    RestoreCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (!NodeIdentity.isNodeId(nodeId)) {
            throw new CliFailure(CliFailure.USAGE, "--node-id is 1 to 64 letters, digits, - and _");
        }
        try (var stop = StopSignal.watch();
                Artifact artifact = Artifact.open(file)) {
            UUID groupId = restore(artifact, stop);
            report(artifact.manifest().contents(), groupId);
            return 0;
        }
    }

    private UUID restore(Artifact artifact, StopSignal stop) throws IOException {
        long needBytes = artifact.manifest().data().lengthBytes() + ROOM_BESIDES_BYTES;
        UUID groupId = UUID.randomUUID();
        try (var libraries = new ScratchDirectory("skipstone-restore");
                var claimed = ClaimedDirectory.empty(directory, needBytes)) {
            fill(StoreConfig.of(claimed.store(), libraries.path()), artifact, groupId, stop);
            // The identity makes it a node's directory: last, when the store is there to stay.
            claimed.become(NodeIdentity.of(nodeId).in(new GroupOrigin.Alone(groupId)))
                    .close();
        }
        return groupId;
    }

    private void fill(StoreConfig config, Artifact artifact, UUID groupId, StopSignal stop) {
        try (var stage = ArtifactStage.beginNewGroup(new Generations(config), artifact.manifest(), groupId);
                var progress = new BytesProgress(terminal, "restored")) {
            stage.copyFrom(artifact, stop.whileAt(progress));
            stage.finish();
        }
    }

    private void report(Manifest.Contents contents, UUID groupId) {
        terminal.out()
                .println("restored revision " + contents.revision() + ", entry "
                        + contents.applied().index() + " into " + directory + ", as node " + nodeId + " of group "
                        + groupId);
        terminal.out().println("start it: skipstone run --data-dir=" + directory + " --node-id=" + nodeId);
    }
}
