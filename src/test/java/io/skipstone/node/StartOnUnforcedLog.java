package io.skipstone.node;

import io.skipstone.powerloss.Marks;
import io.skipstone.store.DataDirectory;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.SyncMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Leaves a log as a killed process does, in the page cache only, and takes the start to where Ratis would begin to replay it. */
public final class StartOnUnforcedLog {
    static final String DECIDED = "decided, entries to replay: ";
    private static final long MAP_BYTES = 64L << 20;

    private StartOnUnforcedLog() {}

    /** Arguments: recorded directory, the node's directory to copy, a directory for native libraries. */
    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        copyUnforced(Path.of(args[1]), root);
        var config = new StoreConfig(
                root.resolve("store"),
                Path.of(args[2]),
                MAP_BYTES,
                MAP_BYTES,
                StoreConfig.DEFAULT_MAX_VIEWS,
                SyncMode.META_DEFERRED);
        try (var marks = new Marks(root);
                var directory = DataDirectory.open(root, "n1")) {
            var started = ColdStarter.start(config, directory, new StartTracker());
            marks.say(DECIDED + started.coldStart().replayed());
            started.store().close();
        }
        System.exit(0);
    }

    private static void copyUnforced(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(from)) {
            all = found.sorted().toList();
        }
        for (Path each : all) {
            Path copy = to.resolve(from.relativize(each).toString());
            if (Files.isDirectory(each)) {
                Files.createDirectories(copy);
            } else {
                Files.write(copy, Files.readAllBytes(each));
            }
        }
    }
}
