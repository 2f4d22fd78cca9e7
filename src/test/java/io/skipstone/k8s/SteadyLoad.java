package io.skipstone.k8s;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that write a key and read it back, each on a connection of its own and at a steady rate. What is not answered as it should be
 * is a failure, and nothing is repeated.
 */
final class SteadyLoad {
    private static final int CLIENTS = 6;
    private static final long PERIOD_MILLIS = 30;

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(CLIENTS);
    private final List<PlainClient> clients = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final long startNanos = System.nanoTime();

    SteadyLoad(InetSocketAddress service) {
        for (int number = 0; number < CLIENTS; number++) {
            var client = new PlainClient(service);
            clients.add(client);
            var turn = new Turn(client, "load/" + number);
            var _ = threads.scheduleWithFixedDelay(turn, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Write and read back. */
    private final class Turn implements Runnable {
        private final PlainClient client;
        private final String path;
        private long count;

        Turn(PlainClient client, String key) {
            this.client = client;
            this.path = "/v1/kv/" + key;
        }

        @Override
        public void run() {
            String value = Long.toString(++count);
            expect(value, send("PUT", value).status() == 200);
            PlainClient.Answer read = send("GET", "");
            expect(value, read.status() == 200 && read.body().equals(value));
        }

        private PlainClient.Answer send(String method, String body) {
            long begin = System.nanoTime();
            requests.incrementAndGet();
            PlainClient.Answer answer = attempt(method, body);
            long nanos = System.nanoTime() - begin;
            slowestNanos.accumulateAndGet(nanos, Math::max);
            if (answer.status() != 200) {
                failures.add(method + " after " + seconds(begin - startNanos) + " s, waited " + seconds(nanos) + " s: "
                        + answer);
            }
            return answer;
        }

        private PlainClient.Answer attempt(String method, String body) {
            try {
                return client.send(method, path, body);
            } catch (IOException cut) {
                return new PlainClient.Answer(0, cut.toString());
            }
        }

        private void expect(String value, boolean isRight) {
            if (!isRight) {
                failures.add(
                        "turn " + value + " of " + path + " after " + seconds(System.nanoTime() - startNanos) + " s");
            }
        }
    }

    long requests() {
        return requests.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    String summary() {
        int connections = clients.stream().mapToInt(PlainClient::connections).sum();
        return requests + " requests of " + CLIENTS + " clients over " + connections + " connections, "
                + failures.size() + " complaints, the slowest answer after " + seconds(slowestNanos.get()) + " s";
    }

    private static String seconds(long nanos) {
        return String.format("%.3f", (double) nanos / 1e9);
    }

    /** Lets the turns end that have begun. */
    void end() throws IOException, InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("a client hangs");
        }
        for (PlainClient client : clients) {
            client.close();
        }
    }
}
