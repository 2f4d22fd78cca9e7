package io.skipstone.powerloss;

import io.skipstone.Preloaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a workload in a process of its own and records what it does to the files below one directory. */
public record Recorder(Path library, int syncMicros) {
    private static final long PATIENCE_SECONDS = 240;

    /** Compiles the library into the directory. */
    public static Recorder in(Path directory) throws IOException {
        return new Recorder(Preloaded.compile("recorder", directory), 0);
    }

    /** With a disk on which each sync takes so long: writes gather behind it. */
    public Recorder withSlowSync(int micros) {
        return new Recorder(library, micros);
    }

    /**
     * Records one run of {@code main}, whose first argument is the recorded directory.
     *
     * @param work an empty directory of its own for the run
     * @return where the trace is
     */
    public Path record(Class<?> main, Path work, List<String> arguments) throws Exception {
        Path root = Files.createDirectories(work.resolve("recorded")).toRealPath();
        Path trace = work.resolve("trace");
        var all = new ArrayList<String>();
        all.add(root.toString());
        all.addAll(arguments);
        ChildJvm child = ChildJvm.start(
                main,
                all,
                Map.of(
                        "LD_PRELOAD", library.toString(),
                        "POWERLOSS_DIR", root.toString(),
                        "POWERLOSS_TRACE", trace.toString(),
                        "POWERLOSS_SYNC_MICROS", Integer.toString(syncMicros)),
                work.resolve("workload.out"));
        int code = child.await(PATIENCE_SECONDS);
        if (code != 0) {
            throw new IOException("the workload ended with " + code + ": " + child.output());
        }
        CrashImage.clear(root);
        return trace;
    }
}
