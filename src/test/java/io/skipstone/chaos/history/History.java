package io.skipstone.chaos.history;

import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The diary of all clients of a run: in memory for the checkers, and in a file for people, a line of JSON for each operation once it has
 * ended. Any thread.
 */
public final class History implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder()
            // Records are their components; methods that ask about them are not.
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .build();

    private final Writer file;
    private final AtomicInteger ids = new AtomicInteger();
    private final List<Operation> ended = new ArrayList<>();

    public History(Path file) throws IOException {
        this.file = Files.newBufferedWriter(file);
    }

    /** A number for an operation that begins. */
    public int nextId() {
        return ids.incrementAndGet();
    }

    /** Keeps an operation that has ended. */
    public synchronized void add(Operation operation) {
        ended.add(operation);
        try {
            file.write(JSON.writeValueAsString(operation));
            file.write('\n');
        } catch (IOException full) {
            throw new UncheckedIOException("the history cannot be written", full);
        }
    }

    /** All that have ended, by number. */
    public synchronized List<Operation> operations() {
        return ended.stream().sorted((a, b) -> Integer.compare(a.id(), b.id())).toList();
    }

    /** Reads a file back, to check it again. */
    public static List<Operation> read(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(History::parse).toList();
        }
    }

    private static Operation parse(String line) {
        try {
            return JSON.readValue(line, Operation.class);
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
