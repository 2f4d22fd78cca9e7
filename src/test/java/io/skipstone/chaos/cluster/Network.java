package io.skipstone.chaos.cluster;

import io.skipstone.chaos.cluster.Line.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiPredicate;
import java.util.function.ToLongFunction;

/**
 * Every line between the nodes, each of which can be cut, silenced or slowed down in one direction of calling. A line from A to B
 * carries the calls of A to B and B's answers to them.
 */
public final class Network implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<Way, Line> lines = new ConcurrentHashMap<>();
    private final List<PeerProxy> proxies = new ArrayList<>();

    private record Way(String from, String to) {}

    /** Whether this machine can tell callers apart. */
    public static boolean isPossible() {
        return Callers.canBeTold();
    }

    /**
     * Opens a node's address to the others.
     *
     * @param pids of the nodes as they run now; a node that does not run has one that nobody has
     */
    void open(String node, int port, int target, List<String> nodes, ToLongFunction<String> pids) throws IOException {
        proxies.add(new PeerProxy(port, target, caller -> line(caller, node, nodes, pids), threads));
    }

    private Optional<Line> line(Socket caller, String to, List<String> nodes, ToLongFunction<String> pids) {
        return nodes.stream()
                .filter(from -> isFrom(caller, pids.applyAsLong(from)))
                .map(from -> line(from, to))
                .findFirst();
    }

    private static boolean isFrom(Socket caller, long pid) {
        try {
            return Callers.isFrom(caller, pid);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private Line line(String from, String to) {
        return lines.computeIfAbsent(new Way(from, to), _ -> new Line());
    }

    /** Only what connects a node with itself is left alone. */
    private void set(List<String> nodes, BiPredicate<String, String> which, State state, long delayMillis) {
        for (String from : nodes) {
            for (String to : nodes) {
                if (!from.equals(to) && which.test(from, to)) {
                    line(from, to).set(state, delayMillis);
                }
            }
        }
    }

    /** Stops calls on these lines; callers are hung up on, or hear nothing. */
    public void part(List<String> nodes, BiPredicate<String, String> which, boolean silently) {
        set(nodes, which, silently ? State.SILENT : State.CUT, 0);
    }

    /** Every piece of data on these lines, of up to 64 KiB, takes so much longer. */
    public void slow(List<String> nodes, BiPredicate<String, String> which, long delayMillis) {
        set(nodes, which, State.OPEN, delayMillis);
    }

    /** As at first. */
    public void heal() {
        lines.values().forEach(line -> line.set(State.OPEN, 0));
    }

    @Override
    public void close() throws IOException {
        for (PeerProxy proxy : proxies) {
            proxy.close();
        }
        threads.shutdownNow();
    }
}
