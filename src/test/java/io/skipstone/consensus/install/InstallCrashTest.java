package io.skipstone.consensus.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.consensus.peer.PeerChannels;
import io.skipstone.model.Bytes;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.model.Failpoints.InjectedFailure;
import io.skipstone.model.Key;
import io.skipstone.model.PassedBy;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.GenerationExchange;
import io.skipstone.snapshot.LogExtent;
import io.skipstone.snapshot.SkipGate;
import io.skipstone.snapshot.StartDecision;
import io.skipstone.snapshot.StartDecision.NewLog;
import io.skipstone.snapshot.StartDecision.Reason;
import io.skipstone.snapshot.StartDecision.Skip;
import io.skipstone.snapshot.StartFacts;
import io.skipstone.snapshot.Voters;
import io.skipstone.store.Generations;
import io.skipstone.store.StoreInUse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An install that is cut off at each of its steps, and the start after it: with the old store or the new one, never refused. */
class InstallCrashTest {
    private static final Position BEFORE = new Position(3, 10);
    private static final Position AFTER = new Position(3, SourceNode.INDEX);

    /** As it is until Ratis is told of the install. */
    private static final LogExtent OLD_LOG = new LogExtent(5, 20, true, true);

    /** As Ratis leaves it, in the end. */
    private static final LogExtent LOG_GONE = new LogExtent(-1, -1, true, true);

    /** In between: Ratis deletes the oldest segments first. */
    private static final LogExtent LOG_ON_ITS_WAY = new LogExtent(15, 20, true, true);

    @TempDir
    private Path temp;

    private final PeerChannels channels = new PeerChannels();
    private SourceNode source;

    @BeforeEach
    void start() throws IOException {
        source = new SourceNode(temp, "n1");
        Generations.Opened opened = generations().open();
        try (var store = opened.store()) {
            store.write(BEFORE, txn -> {
                txn.belongTo(SourceNode.GROUP);
                txn.beginEntry(BEFORE, new Timestamp(BEFORE.index()));
                return txn.put(Key.utf8("own"), Bytes.utf8("value"), Timestamp.NONE);
            });
        }
    }

    @AfterEach
    void stop() {
        Failpoints.arm(Map.of());
        channels.close();
        source.close();
    }

    private Generations generations() {
        return new Generations(SourceNode.config(temp.resolve("own")));
    }

    static Stream<Failpoint> steps() {
        return PassedBy.all(PassedBy.AN_INSTALL, PassedBy.AN_EXCHANGE);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void theNextStartTakesTheOldStoreOrTheNewOneAndIsNotRefused(Failpoint step) throws Exception {
        Failpoints.arm(Map.of(step, new Failpoints.Plan(new Failpoints.Action.Throw(), 1)));
        assertThatThrownBy(this::install).isInstanceOf(InjectedFailure.class);
        Failpoints.arm(Map.of());

        Generations generations = generations();
        Generations.Opened opened = generations.open();
        try (var store = opened.store()) {
            Position have = store.meta().applied().orElseThrow();
            boolean isPublished = step.compareTo(Failpoint.INSTALL_PUBLISHED) >= 0;
            assertThat(have).isEqualTo(isPublished ? AFTER : BEFORE);
            for (LogExtent log : isPublished ? List.of(OLD_LOG, LOG_ON_ITS_WAY, LOG_GONE) : List.of(OLD_LOG)) {
                assertThat(decide(generations, opened, log)).isEqualTo(expected(have, log));
            }
            generations.settle(opened);
        }
    }

    private static StartDecision expected(Position have, LogExtent log) {
        return have.equals(AFTER) && !log.isEmpty() ? new NewLog(Reason.LOG_SUPERSEDED, have) : new Skip(have);
    }

    private static StartDecision decide(Generations generations, Generations.Opened opened, LogExtent log) {
        var facts = new StartFacts(SourceNode.GROUP, Voters.SEVERAL, generations.installedAt(opened.generation()));
        return SkipGate.decide(opened.store().openedAs(), log, facts, List::of);
    }

    private void install() throws Exception {
        Generations generations = generations();
        Generations.Opened opened = generations.open();
        try (var own = new StoreInUse(opened.store())) {
            var exchange = new GenerationExchange(generations, SourceNode.GROUP, own, opened.generation(), 0);
            try (var fetch = new StoreFetch(
                    exchange,
                    SourceNode.GROUP_BYTES,
                    ArtifactPeers.over(channels),
                    new From(source.address()),
                    new InstallProgress())) {
                exchange.publish(fetch.fetch());
            }
            exchange.adopt();
            exchange.retire();
        }
    }

    private record From(PeerAddress source) implements Wanted {
        @Override
        public long leastIndex() {
            return OLD_LOG.end();
        }

        @Override
        public List<PeerAddress> sources() {
            return List.of(source);
        }
    }
}
