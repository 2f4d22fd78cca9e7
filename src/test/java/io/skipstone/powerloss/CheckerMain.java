package io.skipstone.powerloss;

import io.skipstone.powerloss.Trace.Op;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Checks its share of the crash points, in a process of its own: LMDB over a broken file may take the process with it.
 *
 * <p>Writes a line when it begins a point and one when it is done, so that whoever started it knows where it died.
 */
public final class CheckerMain {
    /** Exit code for what is not the store's fault; any other but 0 is the work of LMDB. */
    static final int HARNESS_FAILED = 3;

    private CheckerMain() {}

    /**
     * What one process checks.
     *
     * @param from points before this one, in the order of the trace, have been done
     * @param share this process takes the points {@code share, share + of, ...}
     */
    record Job(
            Path trace,
            boolean forcedOnly,
            long seed,
            int points,
            int from,
            int share,
            int of,
            Path work,
            String maker) {
        static final int ARGUMENTS = 9;

        List<String> arguments() {
            return List.of(
                    trace.toString(),
                    Boolean.toString(forcedOnly),
                    Long.toString(seed),
                    Integer.toString(points),
                    Integer.toString(from),
                    Integer.toString(share),
                    Integer.toString(of),
                    work.toString(),
                    maker);
        }

        static Job of(String... args) {
            return new Job(
                    Path.of(args[0]),
                    Boolean.parseBoolean(args[1]),
                    Long.parseLong(args[2]),
                    Integer.parseInt(args[3]),
                    Integer.parseInt(args[4]),
                    Integer.parseInt(args[5]),
                    Integer.parseInt(args[6]),
                    Path.of(args[7]),
                    args[8]);
        }

        Path results() {
            return work.resolve("results");
        }

        Job startingAt(int place) {
            return new Job(trace, forcedOnly, seed, points, place, share, of, work, maker);
        }
    }

    public static void main(String[] args) {
        int code = 0;
        try {
            check(Job.of(args), Arrays.asList(args).subList(Job.ARGUMENTS, args.length));
        } catch (Throwable e) {
            e.printStackTrace();
            code = HARNESS_FAILED;
        }
        // Threads of a node that failed to start must not keep this process.
        System.exit(code);
    }

    private static void check(Job job, List<String> arguments) throws Exception {
        CrashCheck.Maker maker = Class.forName(job.maker())
                .asSubclass(CrashCheck.Maker.class)
                .getDeclaredConstructor()
                .newInstance();
        Trace whole = Trace.read(job.trace());
        Trace trace = job.forcedOnly() ? ForcedSyncs.only(whole) : whole;
        new Run(job, maker.make(job.work(), arguments), trace).all();
    }

    private record Run(Job job, CrashCheck check, Trace trace) {
        void all() throws Exception {
            var disk = new SimulatedDisk(trace);
            List<CrashPoint> points = CrashPoint.draw(trace, job.seed(), job.points());
            for (int place = job.share(); place < points.size(); place += job.of()) {
                CrashPoint point = points.get(place);
                while (disk.position() < point.position()) {
                    if (disk.advance() instanceof Op.Mark(String text)) {
                        check.mark(text);
                    }
                }
                if (place >= job.from()) {
                    one(disk, point, place);
                }
            }
        }

        private void one(SimulatedDisk disk, CrashPoint point, int place) throws Exception {
            say("begin\t" + place + "\t" + point.number());
            CrashImage image = disk.crash(new Random(point.seed()));
            Path root = job.work().resolve("image");
            image.writeTo(root);
            Optional<String> violation;
            try {
                violation = check.violation(root, point.number());
            } catch (Exception | AssertionError e) {
                violation = Optional.of("failed: " + e);
            }
            String verdict = violation
                    .map(what -> "bad\t" + "point " + point.number() + " (record " + point.position() + ", "
                            + image.kind() + "): " + what.replace('\n', ' '))
                    .orElse("good");
            say(verdict);
        }

        private void say(String line) throws IOException {
            Files.writeString(
                    job.results(),
                    line + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }
}
