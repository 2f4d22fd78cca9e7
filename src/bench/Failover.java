import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Kills the leader again and again while clients write through every node, and prints the longest time without a successful write after
 * each kill. Run by cluster.sh: java Failover.java KILLS NODE=ENDPOINT=MANAGEMENT... with the process id of each node in $WORK/NODE.pid and
 * $WORK/start NODE as the way to start one again.
 */
class Failover {
    private static final int WRITERS = 8;
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);
    private static final long BETWEEN_ATTEMPTS_MILLIS = 20;
    private static final long BETWEEN_LOOKS_MILLIS = 50;
    private static final long AFTERMATH_MILLIS = 2_000;
    private static final long PATIENCE_NANOS = Duration.ofMinutes(3).toNanos();
    private static final long CALM_NANOS = Duration.ofSeconds(3).toNanos();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofMillis(500)).build();
    private final Map<String, String> endpoints = new TreeMap<>();
    private final Map<String, String> managements = new TreeMap<>();
    private final AtomicLong lastSuccess = new AtomicLong(System.nanoTime());
    private final AtomicLong longestGap = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();

    public static void main(String[] arguments) throws Exception {
        var failover = new Failover();
        for (int i = 1; i < arguments.length; i++) {
            String[] node = arguments[i].split("=", 3);
            failover.endpoints.put(node[0], node[1]);
            failover.managements.put(node[0], node[2]);
        }
        failover.run(Integer.parseInt(arguments[0]));
    }

    private void run(int kills) throws Exception {
        List<Long> gaps = new ArrayList<>();
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < WRITERS; i++) {
                int number = i;
                writers.submit(() -> write(number));
            }
            try {
                for (int i = 1; i <= kills; i++) {
                    gaps.add(killLeader());
                    System.out.println("kill " + i + ": " + gaps.getLast() + " ms");
                }
            } finally {
                over.set(true);
            }
        }
        gaps.sort(null);
        long median = (gaps.get((kills - 1) / 2) + gaps.get(kills / 2)) / 2;
        System.out.println("failover gap over " + kills + " kills: median " + median + " ms, maximum "
                + gaps.getLast() + " ms");
    }

    /** Counts gaps between successes from the kill until all are well again. */
    private long killLeader() throws Exception {
        awaitAllReady();
        Thread.sleep(Duration.ofNanos(CALM_NANOS));
        String leader = leader();
        lastSuccess.set(System.nanoTime());
        longestGap.set(0);
        new ProcessBuilder("kill", "-9", pid(leader)).inheritIO().start().waitFor();
        awaitWriteAfter(System.nanoTime());
        long gap = longestGap.get();
        new ProcessBuilder(System.getenv("WORK") + "/start", leader).inheritIO().start().waitFor();
        return Duration.ofNanos(gap).toMillis();
    }

    /** A second of successes without another gap that is longer. */
    private void awaitWriteAfter(long start) throws Exception {
        until("writes after the kill", () -> lastSuccess.get() >= start + Duration.ofSeconds(1).toNanos());
        Thread.sleep(AFTERMATH_MILLIS);
    }

    private void write(int writer) {
        List<String> all = List.copyOf(endpoints.values());
        for (int i = 0; !over.get(); i++) {
            var request = HttpRequest.newBuilder(
                            URI.create(all.get((writer + i) % all.size()) + "/v1/kv/failover/" + writer))
                    .timeout(CALL_TIMEOUT)
                    .PUT(BodyPublishers.ofString("value"))
                    .build();
            try {
                if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                    long now = System.nanoTime();
                    long before = lastSuccess.getAndAccumulate(now, Math::max);
                    longestGap.accumulateAndGet(now - before, Math::max);
                }
            } catch (IOException down) {
                pause();
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private String leader() throws Exception {
        var found = new AtomicReference<String>();
        until("a leader", () -> {
            for (var node : endpoints.entrySet()) {
                if (get(node.getValue() + "/v1/status").contains("\"role\":\"leader\"")) {
                    found.set(node.getKey());
                }
            }
            return found.get() != null;
        });
        return found.get();
    }

    private void awaitAllReady() throws Exception {
        for (String management : managements.values()) {
            until(management + " is ready", () -> isReady(management));
        }
    }

    private static void until(String what, Callable<Boolean> isSo) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!isSo.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("waited too long for: " + what);
            }
            Thread.sleep(BETWEEN_LOOKS_MILLIS);
        }
    }

    /** The body names checks that are up also while the whole is down. */
    private boolean isReady(String management) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(URI.create(management + "/q/health/ready"))
                    .timeout(CALL_TIMEOUT)
                    .build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException down) {
            return false;
        }
    }

    /** As clients do that find nobody at an address: the cores are for those who elect. */
    private static void pause() {
        try {
            Thread.sleep(BETWEEN_ATTEMPTS_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private String get(String url) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(URI.create(url)).timeout(CALL_TIMEOUT).build();
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (IOException down) {
            return "";
        }
    }

    private static String pid(String node) throws IOException {
        return java.nio.file.Files.readString(java.nio.file.Path.of(System.getenv("WORK"), node + ".pid")).strip();
    }
}
