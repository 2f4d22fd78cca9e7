package io.skipstone.process.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Json;
import io.skipstone.command.Outcome;
import io.skipstone.consensus.LogArchive;
import io.skipstone.consensus.LogDamage;
import io.skipstone.model.Position;
import io.skipstone.store.Generations;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.ReadView;
import io.skipstone.store.StateHash;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.StoreMeta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The directory of a node between two of its processes, held against the node's own log. */
public final class StoppedNode {
    private final Path dataDir;
    private final Path scratch;
    private final LogArchive log = new LogArchive();
    private Optional<Position> applied = Optional.empty();
    private int copies;

    /** What must be found. */
    enum Expect {
        /** A store that knows where it stands. */
        A_STORE,
        /** No store, one that cannot be read, or one that knows where it stands. */
        ANYTHING_BUT_WRONG
    }

    /**
     * @param scratch takes copies: looking changes nothing
     */
    public StoppedNode(Path dataDir, Path scratch) {
        this.dataDir = dataDir;
        this.scratch = scratch;
    }

    /** Keeps what is in the log now: it may be purged, or damaged, later. */
    void gather() throws IOException {
        log.gather(groupDir());
    }

    /** The group's directory of the log. */
    Path groupDir() throws IOException {
        JsonNode identity = Json.parse(Files.readAllBytes(dataDir.resolve("node.json")));
        return dataDir.resolve("raft").resolve(identity.path("groupId").asText());
    }

    /**
     * What the store holds is exactly what its applied index says: as if all entries up to it had been applied once, by a process that
     * never crashed.
     *
     * @return where the store stands; empty if there is none, or one that took no entry yet
     */
    Optional<Position> checkStore(Expect expect) throws IOException {
        Optional<Known> known = known(expect);
        applied = known.flatMap(found -> found.meta().applied());
        if (applied.isPresent()) {
            assertThat(known.get().hash())
                    .as("state of the store at %s, against a replay of the log up to there", applied.get())
                    .isEqualTo(log.replayTo(applied.get()));
            assertThat(known.get().meta().revision()).isEqualTo(log.revision());
        }
        return applied;
    }

    /** The node ended after it had answered, so the store that {@link #checkStore} found holds everything acknowledged. */
    void checkAcknowledged(List<Acknowledged> acknowledged) {
        acknowledged.forEach(write -> assertThat(log.outcomeAt(write.commitTs()))
                .as("outcome of the acknowledged write at %s, store at %s", write.commitTs(), applied)
                .get()
                .isInstanceOfSatisfying(Outcome.Committed.class, outcome -> assertThat(outcome.revision())
                        .isEqualTo(write.revision())));
    }

    /** A clean stop leaves nothing of the log to apply. */
    void checkComplete() {
        assertThat(applied.map(Position::index)).contains(log.lastIndex());
    }

    /** The log's end is lost: what nobody was told of, and some of what the store holds. */
    void loseEndOfLog(int entriesOfTheStore) throws IOException {
        Position held = checkStore(Expect.A_STORE).orElseThrow();
        LogDamage.loseLast(groupDir(), Math.toIntExact(log.lastIndex() - held.index()) + entriesOfTheStore);
        log.forgetAfter(held);
    }

    /** Overwrites the store, as a disk that went mad. */
    void destroyStore() throws IOException {
        Files.write(dataDir.resolve("store/gen-1/data.mdb"), new byte[8192]);
    }

    private record Known(StoreMeta meta, StateHash hash) {}

    private Optional<Known> known(Expect expect) throws IOException {
        Path copy = scratch.resolve("store-" + copies++);
        copy(dataDir.resolve("store"), copy);
        var generations = new Generations(StoreConfig.of(copy, scratch.resolve("native")));
        Optional<Known> known = generations
                .best()
                .map(best -> generations.configOf(best.generation().directory()))
                .flatMap(config -> LmdbStore.readStopped(config, StoppedNode::known));
        assertThat(known.isPresent() || expect == Expect.ANYTHING_BUT_WRONG)
                .as("a halted process leaves a store that knows where it stands")
                .isTrue();
        return known;
    }

    private static Known known(ReadView view) {
        view.visit(new InOrder(view.meta()));
        return new Known(view.meta(), StateHash.of(view));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
