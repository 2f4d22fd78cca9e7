package io.skipstone.consensus;

import io.skipstone.store.Store;
import io.skipstone.store.SyncFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.statemachine.StateMachine;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what a pin is made of, in the order in which it happens: the store is synced, Ratis gets an index, segments of the log
 * are gone from the disk.
 *
 * <p>Each event looks at the log's directory first, so a purge stands exactly between the events that it happened between.
 */
final class PinEvents {
    private static final Pattern CLOSED = Pattern.compile("log_(\\d+)-(\\d+)");

    /** One step. */
    sealed interface Event {
        /** A forced sync returned, and the store then held everything up to this entry. */
        record Synced(long index) implements Event {}

        record SyncFailed() implements Event {}

        /** What Ratis was told as the index of its snapshot; negative for none. */
        record Returned(long index) implements Event {}

        /** Entries up to this one are gone from the disk. */
        record Purged(long upTo) implements Event {}
    }

    private final Path segments;
    private final List<Event> events = new ArrayList<>();

    /** Closed segments at the last look: end by start. */
    private Map<Long, Long> seen = Map.of();

    private final CompletableFuture<RaftServer> server = new CompletableFuture<>();

    PinEvents(Path raftDir) {
        segments = raftDir.resolve(TestNode.GROUP.toString()).resolve("current");
    }

    /** What happened, in order. */
    synchronized List<Event> all() {
        look();
        return List.copyOf(events);
    }

    /** Forgets what happened. */
    synchronized void clear() {
        look();
        events.clear();
    }

    synchronized int closedSegments() {
        look();
        return seen.size();
    }

    /** The server whose state machine this looks at. */
    RaftServer server() {
        return server.join();
    }

    Store watch(Store store) {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (_, method, arguments) -> {
                    if (!method.getName().equals("sync")) {
                        return call(() -> method.invoke(store, arguments));
                    }
                    try {
                        store.sync();
                    } catch (SyncFailure failure) {
                        note(new Event.SyncFailed());
                        throw failure;
                    }
                    store.meta().applied().ifPresent(at -> note(new Event.Synced(at.index())));
                    return null;
                });
    }

    StateMachine watch(StateMachine machine) {
        return (StateMachine) Proxy.newProxyInstance(
                StateMachine.class.getClassLoader(), new Class<?>[] {StateMachine.class}, (_, method, arguments) -> {
                    Object answer = call(() -> method.invoke(machine, arguments));
                    switch (method.getName()) {
                        case "initialize" -> server.complete((RaftServer) arguments[0]);
                        case "takeSnapshot" -> note(new Event.Returned((Long) answer));
                        default -> {}
                    }
                    return answer;
                });
    }

    private synchronized void note(Event event) {
        look();
        events.add(event);
    }

    private void look() {
        Map<Long, Long> now = closed();
        seen.entrySet().stream()
                .filter(segment -> !now.containsKey(segment.getKey()))
                .mapToLong(segment -> segment.getValue())
                .max()
                .ifPresent(this::purged);
        seen = now;
    }

    /** Segments go one by one: what goes between two other events is one purge. */
    private void purged(long upTo) {
        if (!events.isEmpty() && events.getLast() instanceof Event.Purged) {
            events.removeLast();
        }
        events.add(new Event.Purged(upTo));
    }

    private Map<Long, Long> closed() {
        var found = new TreeMap<Long, Long>();
        try (Stream<Path> files = Files.list(segments)) {
            files.map(file -> CLOSED.matcher(String.valueOf(file.getFileName())))
                    .filter(Matcher::matches)
                    .forEach(name -> found.put(Long.valueOf(name.group(1)), Long.valueOf(name.group(2))));
        } catch (NoSuchFileException beforeTheFirstStart) {
            return found;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return found;
    }

    private interface Reflective {
        @Nullable
        Object invoke() throws IllegalAccessException, InvocationTargetException;
    }

    private static @Nullable Object call(Reflective call) throws Throwable {
        try {
            return call.invoke();
        } catch (InvocationTargetException failure) {
            throw Optional.ofNullable(failure.getCause()).orElse(failure);
        }
    }
}
