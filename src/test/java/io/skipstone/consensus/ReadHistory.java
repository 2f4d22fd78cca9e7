package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.skipstone.command.Outcome.Committed;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.ReadAt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One client that writes a key and several that read it, through all nodes of a group, for as long as this is open. A key has one value
 * at a time and its revision only grows, so a read is linearizable exactly if its revision is not below the newest one that was
 * acknowledged, or shown, before it began.
 */
final class ReadHistory implements AutoCloseable {
    private static final String KEY = "history";
    private static final int READERS = 4;
    private static final int READS_PER_STEP = 40;
    private static final int WRITES_PER_STEP = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestGroup group;
    private final AtomicLong newest = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean stopped;

    ReadHistory(TestGroup group) {
        this.group = group;
        clients.add(Thread.ofPlatform().name("writer").start(() -> repeat(0, this::write)));
        for (int reader = 0; reader < READERS; reader++) {
            int first = reader;
            clients.add(Thread.ofPlatform().name("reader-" + reader).start(() -> repeat(first, this::read)));
        }
    }

    /** Until some more reads and writes have been answered. */
    void awaitProgress() {
        long moreReads = reads.get() + READS_PER_STEP;
        long moreWrites = writes.get() + WRITES_PER_STEP;
        await().atMost(PATIENCE).until(() -> reads.get() >= moreReads && writes.get() >= moreWrites);
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    void stop() {
        stopped = true;
        for (Thread client : clients) {
            await().atMost(PATIENCE).until(() -> !client.isAlive());
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** Asks one node after the other. */
    private void repeat(int first, Request request) {
        for (int turn = first; !stopped; turn++) {
            List<TestNode> nodes = group.nodes();
            try {
                request.send(nodes.get(turn % nodes.size()));
            } catch (ExecutionException | TimeoutException refused) {
                // While nobody leads, or the node is down: whoever is refused has learned nothing.
                Thread.onSpinWait();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void write(TestNode node) throws ExecutionException, InterruptedException, TimeoutException {
        var outcome = node.put(KEY, "value").get(20, SECONDS);
        newest.accumulateAndGet(((Committed) outcome).revision(), Math::max);
        writes.incrementAndGet();
    }

    private void read(TestNode node) throws ExecutionException, InterruptedException, TimeoutException {
        long atLeast = newest.get();
        var answer = node.raft()
                .reader()
                .get(Key.utf8(KEY), ReadAt.LATEST, Consistency.LINEARIZABLE)
                .toCompletableFuture()
                .get(20, SECONDS);
        long shown = answer.value().map(found -> found.modRevision()).orElse(0L);
        if (shown < atLeast) {
            violations.add("node " + node.status().nodeId() + " showed revision " + shown + " after " + atLeast
                    + " was known");
        }
        newest.accumulateAndGet(shown, Math::max);
        reads.incrementAndGet();
    }

    /** Sends one request and waits for the answer. */
    private interface Request {
        void send(TestNode node) throws ExecutionException, InterruptedException, TimeoutException;
    }
}
