package io.skipstone.process.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Json;
import io.skipstone.command.Outcome;
import io.skipstone.consensus.LogArchive;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.ReadView;
import io.skipstone.store.ReadView.Remembered;
import io.skipstone.store.StateHash;
import io.skipstone.store.StateVisitor;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.StoreMeta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The directory of a node between two of its processes, held against the node's own log. */
public final class StoppedNode {
    private final Path dataDir;
    private final Path scratch;
    private final LogArchive log = new LogArchive();
    private int copies;

    /**
     * @param scratch takes copies: looking changes nothing
     */
    public StoppedNode(Path dataDir, Path scratch) {
        this.dataDir = dataDir;
        this.scratch = scratch;
    }

    /**
     * What the store holds is exactly what its applied index says: as if all entries up to it had been applied once, by a process that
     * never crashed. Everything acknowledged is in it.
     *
     * @return where the store stands; empty if it took no entry yet
     */
    Optional<Position> check(List<Acknowledged> acknowledged) throws IOException {
        log.gather(dataDir.resolve("raft").resolve(groupId()));
        Optional<Known> known = known();
        Optional<Position> applied = known.flatMap(found -> found.meta().applied());
        if (applied.isEmpty()) {
            assertThat(acknowledged).as("acknowledged writes without a store").isEmpty();
            return Optional.empty();
        }
        StateHash reference = log.replayTo(applied.get());
        assertThat(known.get().hash())
                .as("state of the store at %s, against a replay of the log up to there", applied.get())
                .isEqualTo(reference);
        assertThat(known.get().meta().revision()).isEqualTo(log.revision());
        acknowledged.forEach(write -> assertThat(log.outcomeAt(write.commitTs()))
                .as("outcome of the acknowledged write at %s", write.commitTs())
                .get()
                .isInstanceOfSatisfying(Outcome.Committed.class, outcome -> assertThat(outcome.revision())
                        .isEqualTo(write.revision())));
        return applied;
    }

    /** As {@link #check}, and nothing of the log is left to apply: so a clean stop leaves it. */
    void checkComplete(List<Acknowledged> acknowledged) throws IOException {
        assertThat(check(acknowledged).map(Position::index))
                .as("a clean stop leaves nothing to apply")
                .contains(log.lastIndex());
    }

    private record Known(StoreMeta meta, StateHash hash) {}

    private Optional<Known> known() throws IOException {
        Path copy = scratch.resolve("store-" + copies++);
        Files.createDirectories(copy);
        Path store = dataDir.resolve("store");
        if (!Files.exists(store.resolve("data.mdb"))) {
            return Optional.empty();
        }
        Files.copy(store.resolve("data.mdb"), copy.resolve("data.mdb"));
        var config = StoreConfig.of(copy, scratch.resolve("native"));
        Optional<Known> known = LmdbStore.readStopped(config, StoppedNode::known);
        assertThat(known)
                .as("a halted process leaves a store that knows where it stands")
                .isPresent();
        return known;
    }

    private static Known known(ReadView view) {
        view.visit(new InOrder(view.meta()));
        return new Known(view.meta(), StateHash.of(view));
    }

    private String groupId() throws IOException {
        JsonNode identity = Json.parse(Files.readAllBytes(dataDir.resolve("node.json")));
        return identity.path("groupId").asText();
    }

    /** Revisions are dense, and their commit timestamps ascend. */
    private static final class InOrder implements StateVisitor {
        private final StoreMeta meta;
        private Optional<Long> revision = Optional.empty();
        private Timestamp commitTs = Timestamp.NONE;

        InOrder(StoreMeta meta) {
            this.meta = meta;
        }

        @Override
        public void version(Key key, Timestamp writtenAt, Optional<KeyValue> written) {
            assertThat(writtenAt).isLessThanOrEqualTo(meta.lastCommitTs());
        }

        @Override
        public void change(long next, Timestamp at, Key key) {
            if (revision.isPresent() && next == revision.get()) {
                assertThat(at).as("commit timestamp of revision %s", next).isEqualTo(commitTs);
                return;
            }
            revision.ifPresent(
                    before -> assertThat(next).as("revisions are dense").isEqualTo(before + 1));
            assertThat(at).as("commit timestamp of revision %s", next).isGreaterThan(commitTs);
            revision = Optional.of(next);
            commitTs = at;
        }

        @Override
        public void remembered(Bytes idempotencyKey, Remembered outcome) {
            assertThat(outcome.expiresAt()).isGreaterThan(meta.lastCommitTs());
        }
    }
}
