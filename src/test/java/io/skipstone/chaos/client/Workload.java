package io.skipstone.chaos.client;

import io.skipstone.chaos.history.Action;
import io.skipstone.chaos.history.Answer;
import io.skipstone.chaos.history.Facts;
import io.skipstone.chaos.history.History;
import io.skipstone.chaos.history.Operation;
import io.skipstone.chaos.history.Outcome;
import io.skipstone.chaos.history.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Several clients at once, over both interfaces of every node they know. */
public final class Workload implements AutoCloseable {
    private static final int CLIENTS = 8;
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(4);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(90);

    /** Of the reads at the end. */
    private static final int NOBODY = 0;

    private final History history;
    private final List<Door> doors = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<CompletableFuture<Void>> running = new ArrayList<>();

    /** Begins at once. */
    public Workload(long seed, List<Endpoint> nodes, History history, Claim claim) {
        this.history = history;
        for (Endpoint node : nodes) {
            doors.add(new RestDoor(node, CALL_TIMEOUT));
            doors.add(new GrpcDoor(node, CALL_TIMEOUT));
        }
        for (int number = 1; number <= CLIENTS; number++) {
            var client = new Client(number, seed, doors, history, claim);
            running.add(CompletableFuture.runAsync(() -> run(client), threads));
        }
    }

    private void run(Client client) {
        try {
            client.run(stopped);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets every client finish what it is at. */
    public void stop() throws InterruptedException, TimeoutException {
        stopped.set(true);
        try {
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
                    .get(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException wrong) {
            throw new AssertionError("a client got an answer that it cannot read", wrong.getCause());
        }
    }

    /**
     * Once the clients have stopped: reads everything over every door of these nodes, as part of the history.
     *
     * @return those that did not answer all
     */
    public List<String> readEverything(List<String> nodes) {
        return doors.stream()
                .filter(door -> nodes.contains(door.node()))
                .filter(door -> !Stream.concat(Choices.REGISTERS.stream(), Choices.GROUPS.stream())
                        .allMatch(group -> read(door, group)))
                .map(Door::node)
                .distinct()
                .toList();
    }

    private boolean read(Door door, String group) {
        Call call = Call.plain(Action.of(group, new Step.GetAll()));
        int id = history.nextId();
        long invoked = System.nanoTime();
        if (!(door.send(call) instanceof Reply.Answered(Answer answer, Facts facts))) {
            return false;
        }
        var outcome = new Outcome.Ok(System.nanoTime(), answer, facts);
        history.add(new Operation(id, NOBODY, door.node(), call.action(), call.freshness(), invoked, outcome));
        return true;
    }

    @Override
    public void close() {
        stopped.set(true);
        threads.shutdownNow();
        doors.forEach(Door::close);
    }
}
