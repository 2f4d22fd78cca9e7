package io.skipstone.powerloss;

import io.skipstone.powerloss.CheckerMain.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Cuts the power at many random points of one trace and checks each image, in two processes side by side.
 *
 * @param forcedOnly as if only pins had synced: {@link ForcedSyncs}
 * @param seed of the points and of what survives
 */
public record CrashRun(
        Path trace,
        boolean forcedOnly,
        Class<? extends CrashCheck.Maker> check,
        List<String> arguments,
        long seed,
        int points) {
    private static final int PROCESSES = 2;

    /** Far more than it takes, on a machine with much else to do. */
    private static final long PATIENCE_SECONDS = 240;

    private static final int POINTS_A_SECOND = 10;

    /** With more dead checkers than this the run is over: it has shown what it can. */
    private static final int MOST_DEATHS = 5;

    /**
     * What came of it.
     *
     * @param checked points that were looked at, dead checkers' ones included
     */
    public record Result(int checked, List<String> violations) {}

    public Result in(Path work) throws Exception {
        var shares = new ArrayList<Share>();
        for (int i = 0; i < PROCESSES; i++) {
            Path own = Files.createDirectories(work.resolve("checker-" + i));
            shares.add(new Share(new Job(trace, forcedOnly, seed, points, 0, i, PROCESSES, own, check.getName())));
        }
        for (Share share : shares) {
            share.start();
        }
        for (Share share : shares) {
            share.finish();
        }
        return new Result(
                shares.stream().mapToInt(share -> share.checked).sum(),
                shares.stream().flatMap(share -> share.violations.stream()).toList());
    }

    private final class Share {
        private final List<String> violations = new ArrayList<>();
        private Job job;
        private ChildJvm child;
        private int checked;
        private int deaths;

        Share(Job job) {
            this.job = job;
        }

        void start() throws IOException {
            var all = new ArrayList<>(job.arguments());
            all.addAll(arguments);
            child = ChildJvm.start(CheckerMain.class, all, Map.of(), job.work().resolve("log"));
        }

        /** A checker that dies has found something; another one goes on behind that point. */
        void finish() throws IOException, InterruptedException {
            int code = child.await(PATIENCE_SECONDS + points / POINTS_A_SECOND);
            int begun = read();
            while (code != 0 && code != CheckerMain.HARNESS_FAILED && begun >= 0) {
                violations.add("place " + begun + " in order: LMDB took the process with it, exit code " + code);
                checked++;
                if (++deaths > MOST_DEATHS) {
                    return;
                }
                job = job.startingAt(begun + 1);
                start();
                code = child.await(PATIENCE_SECONDS + points / POINTS_A_SECOND);
                begun = read();
            }
            if (code != 0) {
                throw new IOException("a checker failed, at place " + begun + ": " + child.output());
            }
        }

        /** Takes over what the process has found. Returns the place that it was at when it died, or -1. */
        private int read() throws IOException {
            int begun = -1;
            if (!Files.exists(job.results())) {
                return begun;
            }
            for (String line : Files.readAllLines(job.results())) {
                String[] parts = line.split("\t", -1);
                switch (parts[0]) {
                    case "begin" -> begun = Integer.parseInt(parts[1]);
                    case "bad" -> violations.add(parts[1]);
                    default -> {}
                }
                if (!parts[0].equals("begin")) {
                    checked++;
                    begun = -1;
                }
            }
            Files.delete(job.results());
            return begun;
        }
    }
}
