package io.skipstone.consensus;

import static org.awaitility.Awaitility.await;

import io.skipstone.apply.BatchApplier;
import io.skipstone.apply.Queries;
import io.skipstone.clock.HybridClock;
import io.skipstone.clock.WallClock;
import io.skipstone.command.Command;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome;
import io.skipstone.model.Bytes;
import io.skipstone.model.ColdStart;
import io.skipstone.model.Founder;
import io.skipstone.model.GroupOrigin;
import io.skipstone.model.Key;
import io.skipstone.model.Limits;
import io.skipstone.model.MemberId;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.ArtifactSource;
import io.skipstone.snapshot.LogExtent;
import io.skipstone.snapshot.SnapshotPin;
import io.skipstone.snapshot.StoreExchange;
import io.skipstone.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.apache.ratis.statemachine.StateMachine;

/** A real Ratis over a store that outlives it, so that a test stops and starts the node as a restart of the process would. */
final class TestNode implements AutoCloseable {
    static final UUID GROUP = UUID.fromString("5f0c8b3e-0000-4000-8000-000000000001");
    static final MemberId MEMBER = MemberId.parse("n1.0000000000000001");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path dir;
    private final Store store;
    private final RecordedHalts halts;
    private final RecordedEvents events = new RecordedEvents();
    private final RaftNode node;
    private final SnapshotPin pin;
    private final HybridClock clock;

    private TestNode(Setup setup) throws IOException {
        dir = setup.dir;
        store = setup.store;
        halts = setup.halts;
        clock = new HybridClock(setup.wall);
        pin = new SnapshotPin(store);
        LogExtent log = RaftLogDirectory.of(dir, setup.origin.groupId()).extent();
        Optional<Position> have = store.meta().applied();
        var coldStart = new ColdStart(
                have.isEmpty() ? ColdStart.Outcome.FRESH : ColdStart.Outcome.SKIPPED,
                "none",
                have,
                log.start(),
                log.end(),
                0,
                Timestamp.NONE,
                0,
                1,
                ColdStart.Phases.NONE);
        node = RaftNode.start(
                setup.config(),
                new RaftParts(
                        new BatchApplier(store),
                        new Queries(store),
                        pin,
                        store::collect,
                        clock,
                        halts,
                        events,
                        setup.admit,
                        coldStart,
                        setup.artifacts,
                        setup.exchange),
                setup.wrap);
    }

    static Setup over(Path dir, Store store) {
        return new Setup(dir, store);
    }

    TestNode awaitReady() {
        await().atMost(PATIENCE).until(() -> node.status().isReady());
        return this;
    }

    RaftNode raft() {
        return node;
    }

    NodeStatus status() {
        return node.status();
    }

    /** Also after the end of the node. */
    Optional<Position> pinned() {
        return pin.pinned();
    }

    RecordedEvents events() {
        return events;
    }

    HybridClock clock() {
        return clock;
    }

    CompletableFuture<Outcome> put(String key, String value) {
        return propose(Command.Txn.of(new Operation.Put(Key.utf8(key), Bytes.utf8(value), 0)));
    }

    CompletableFuture<Outcome> propose(Command command) {
        return node.proposer().propose(command, Once.EACH_TIME).toCompletableFuture();
    }

    LogExtent logOnDisk() throws IOException {
        return RaftLogDirectory.of(dir, GROUP).extent();
    }

    @Override
    public void close() {
        node.close();
    }

    /** What a test may change before the start. */
    static final class Setup {
        private final Path dir;
        private Store store;
        private ArtifactSource artifacts = new NoArtifacts();
        private StoreExchange exchange = new NoArtifacts();
        private WallClock wall = System::currentTimeMillis;
        private Limits limits = Limits.DEFAULT;
        private int batchEntries = 1024;
        private LogBounds log = LogBounds.of(1_000_000, 1);
        private UnaryOperator<StateMachine> wrap = UnaryOperator.identity();
        private RecordedHalts halts = new RecordedHalts();
        private IntPredicate admit = _ -> true;
        private boolean readLease;
        private MemberId member = MEMBER;
        private GroupOrigin origin = new GroupOrigin.Alone(GROUP);
        private PeerAddress address = new PeerAddress(MEMBER.nodeId(), "127.0.0.1", 0);

        private Setup(Path dir, Store store) {
            this.dir = dir;
            this.store = store;
        }

        Path dir() {
            return dir;
        }

        MemberId member() {
            return member;
        }

        UUID group() {
            return origin.groupId();
        }

        /** A store on disk, which other members may copy and which may be exchanged. */
        Setup store(Store newStore, ArtifactSource newArtifacts, StoreExchange newExchange) {
            store = newStore;
            artifacts = newArtifacts;
            exchange = newExchange;
            return this;
        }

        Setup wall(WallClock newWall) {
            wall = newWall;
            return this;
        }

        Setup limits(Limits newLimits) {
            limits = newLimits;
            return this;
        }

        Setup batch(int entries) {
            batchEntries = entries;
            return this;
        }

        Setup pinEvery(long entries) {
            return log(LogBounds.of(entries, 1));
        }

        Setup log(LogBounds newLog) {
            log = newLog;
            return this;
        }

        /** Puts something between Ratis and the state machine. */
        Setup wrap(UnaryOperator<StateMachine> newWrap) {
            wrap = newWrap;
            return this;
        }

        Setup halts(RecordedHalts newHalts) {
            halts = newHalts;
            return this;
        }

        Setup admit(IntPredicate newAdmit) {
            admit = newAdmit;
            return this;
        }

        Setup readLease(boolean newReadLease) {
            readLease = newReadLease;
            return this;
        }

        /** Which of several nodes this becomes. */
        String nodeId() {
            return member.nodeId();
        }

        /** One of several members. */
        Setup member(Founder self, GroupOrigin newOrigin) {
            member = self.id();
            address = self.address();
            origin = newOrigin;
            return this;
        }

        private RaftConfig config() {
            return new RaftConfig(
                    member,
                    origin,
                    address,
                    List.of(),
                    "127.0.0.1",
                    address.port(),
                    "127.0.0.1:1",
                    dir,
                    batchEntries,
                    log,
                    limits,
                    readLease);
        }

        TestNode start() throws IOException {
            return new TestNode(this);
        }
    }
}
