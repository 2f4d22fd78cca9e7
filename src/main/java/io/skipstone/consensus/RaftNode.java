package io.skipstone.consensus;

import io.skipstone.command.Command;
import io.skipstone.consensus.install.ArtifactSender;
import io.skipstone.consensus.peer.PeerChannels;
import io.skipstone.model.ColdStart;
import io.skipstone.model.Failpoint;
import io.skipstone.model.GroupOrigin;
import io.skipstone.model.MemberId;
import io.skipstone.model.Membership;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.NodeStatus.Phase;
import io.skipstone.model.NodeStatus.Role;
import io.skipstone.model.Position;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import io.skipstone.model.StartProgress;
import io.skipstone.model.StatusSource;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.Holding;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.StateMachine;
import org.jspecify.annotations.Nullable;

/**
 * This node's part in its group: the log, the thread that applies it, and the doors to both.
 *
 * <p>The caller has opened the store and asked the gate; it closes the store after this. A start that failed has left locks behind:
 * end the process instead of trying again.
 */
public final class RaftNode implements Admin, StatusSource, AutoCloseable {
    /** How long a pin may take before the operator is told that nobody knows. */
    private static final long PIN_TIMEOUT_MILLIS = 30_000;

    /** How long a clean stop may take; then the process ends all the same and replays a little at the next start. */
    public static final long STOP_TIMEOUT_MILLIS = 60_000;

    private static final System.Logger LOG = System.getLogger(RaftNode.class.getName());

    private final RaftConfig config;
    private final RaftParts parts;
    private final Leadership leadership =
            new Leadership(new HoldOff(System::nanoTime), this::isAlone, this::onElected, this::onServing);
    private final InFlight inFlight;
    private final LogHold logHold;
    private final ApplyLoop loop;
    private final SkipstoneStateMachine machine;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final RatisGateway gateway;
    private final GroupView group;
    private final PeerChannels channels = new PeerChannels();
    private final RatisProposer ownProposer;
    private final ForwardingProposer proposer;
    private final Standing standing;
    private final LocalReader reader;
    private final ClusterDoor cluster;
    private final LeaseExpiry leaseExpiry;
    private final LeaseDoor leases;
    private final CatchUp catchUp;
    private final InstallDriver installs;
    private final ArtifactSender artifacts;
    private final long raftStartNanos = System.nanoTime();

    /** Set when this node serves for the first time. */
    private volatile long raftMicros;

    private final CompletableFuture<ColdStart> served = new CompletableFuture<>();

    private volatile Phase phase = Phase.STARTING;

    private RaftNode(RaftConfig config, RaftParts parts, UnaryOperator<StateMachine> wrap) throws IOException {
        this.config = config;
        this.parts = parts;
        var clientId = ClientId.randomId();
        inFlight = new InFlight(config.limits().proposals(), config.limits().proposalBytes());
        logHold = new LogHold(parts.observer(), this::sendsStore);
        loop = new ApplyLoop(
                config.applyBatchEntries(),
                parts.applier(),
                parts.pin(),
                parts.collect(),
                parts.failStop(),
                new PinByMembers(
                        new PinByBytes(logHold, config.log().pinEveryBytes(), () -> askForPin("many bytes of log")),
                        () -> askForPin("members changed")));
        machine = new SkipstoneStateMachine(
                loop,
                new PinnedSnapshot(parts.pin()),
                parts.clock(),
                inFlight,
                config.member(),
                clientId,
                leadership,
                parts.failStop());
        var answers = new PeerAnswers(config);
        server = RatisServers.build(config, wrap.apply(machine), answers);
        var groupId = RaftGroupId.valueOf(config.groupId());
        division = server.getDivision(groupId);
        group = new GroupView(division, config.member(), config.groupId());
        gateway = new RatisGateway(clientId, server, groupId);
        ownProposer = new RatisProposer(
                config.limits(), leadership, parts.admit(), parts.clock(), inFlight, gateway, parts.observer());
        standing = Standing.of(division);
        var ownPoints = new OwnReadPoints(
                leadership,
                standing,
                ownProposer.ceiling(),
                parts.clock(),
                parts.pin(),
                loop.appliedIndex(),
                new ReadLease(
                        leadership,
                        System::nanoTime,
                        parts.clock()::wallMillis,
                        config.readLease() ? Command.Barrier.MAX_LEASE_MILLIS : 0),
                ownProposer::barrier);

        var peers = new PeerCalls(channels, config.groupId(), config.member());
        var leader = new LeaderCalls(leadership, group, peers);
        proposer = new ForwardingProposer(config.limits(), ownProposer, leader, parts.observer());
        var points = new LeaderReadPoints(config.limits().proposalTimeoutMillis(), ownPoints, leader);
        reader = new LocalReader(parts, points, loop.appliedIndex(), standing, config.limits());
        catchUp = new CatchUp(points, loop.appliedIndex(), this::onServing);
        var clients = new ClientAddresses(peers, config.member(), config.clientAddress());
        Supplier<Membership> membership = () -> group.membership(clients);
        var changes = new MembershipChanges(
                config.member(),
                config.address(),
                membership,
                leadership::isServing,
                peers,
                gateway,
                new Handover(leadership, inFlight::count),
                MembershipChanges.CHANGE_MILLIS);
        cluster = new ClusterDoor(leader, changes, membership);
        var keeper = new LeaseKeeper(System::nanoTime);
        machine.tellOutcomesTo(keeper::applied);
        leaseExpiry = new LeaseExpiry(keeper, leadership, parts.queries(), ownProposer);
        var ownLeases = new OwnLeases(
                leadership,
                keeper,
                ownPoints,
                loop.appliedIndex(),
                reader,
                config.limits().proposalTimeoutMillis());
        leases = new LeaseDoor(config.limits().proposalTimeoutMillis(), ownLeases, leader);
        installs = new InstallDriver(config, parts, loop, group, server, channels);
        machine.takeInstallsFrom(installs);
        machine.keepLogWhile(logHold::holds);
        artifacts = new ArtifactSender(
                Greetings.bytes(config.groupId()), parts.artifacts(), loop.appliedIndex()::index, this::pinOnly);
        answers.open(new PeerAnswers.Doors(ownProposer, ownPoints, changes, membership, ownLeases, artifacts));
    }

    /**
     * Starts the node. On return it takes part in elections; it serves when {@link NodeStatus#isReady} says so. The caller has made
     * sure that the peer port is free: Ratis ends the process without a word if it is not.
     *
     * @throws RaftStartFailure the log cannot be used
     */
    public static RaftNode start(RaftConfig config, RaftParts parts) {
        return start(config, parts, UnaryOperator.identity());
    }

    /** With a state machine that tests look at. */
    static RaftNode start(RaftConfig config, RaftParts parts, UnaryOperator<StateMachine> wrap) {
        parts.applier().belongTo(config.groupId());
        parts.pin().adopt();
        Failpoint.START_PIN_ADOPTED.hit();
        // Whatever the wall clock says after a restart, nothing is stamped below what is on disk.
        Holding holding = parts.pin().holding();
        parts.clock().observe(holding.lastCommitTs());
        parts.clock().observe(holding.hlcCeiling());
        // A read of an empty store is at this timestamp, so nothing is stamped with it.
        parts.clock().observe(Timestamp.FIRST);
        try {
            var node = new RaftNode(config, parts, wrap);
            node.loop.start();
            node.ownProposer.start();
            node.leaseExpiry.start();
            node.server.start();
            node.catchUp.start();
            return node;
        } catch (IOException | CompletionException | IllegalStateException failure) {
            throw new RaftStartFailure(
                    "the log in " + config.dir() + " cannot be used: " + rootMessage(failure), failure);
        }
    }

    /** Completes when this node serves for the first time, with how it came up. */
    public CompletionStage<ColdStart> served() {
        return served.copy();
    }

    public Proposer proposer() {
        return proposer;
    }

    public Reader reader() {
        return reader;
    }

    public Cluster cluster() {
        return cluster;
    }

    public Leases leases() {
        return leases;
    }

    /** Whether another member gets a store of this one, or got one and will ask this one, which leads, for the log behind it. */
    private boolean sendsStore() {
        return artifacts.isInUse(group::isSomebodyBefore);
    }

    @Override
    public CompletionStage<Position> pin() {
        if (logHold.holds()) {
            return pinOnly();
        }
        var answer = new CompletableFuture<Position>();
        try {
            gateway.pin(PIN_TIMEOUT_MILLIS, (reply, failure) -> finishPin(answer, reply, failure));
        } catch (RejectedExecutionException stopped) {
            answer.completeExceptionally(new NotReady("this node is shutting down"));
        }
        return answer;
    }

    @Override
    public NodeStatus status() {
        var info = division.getInfo();
        var log = division.getRaftLog();
        TermIndex last = log.getLastEntryTermIndex();
        Holding holding = parts.pin().holding();
        boolean hasEntries = last != null && log.getStartIndex() >= 0 && log.getStartIndex() <= last.getIndex();
        return new NodeStatus(
                config.member().nodeId(),
                config.groupId(),
                phase,
                role(),
                info.getCurrentTerm(),
                Optional.ofNullable(info.getLeaderId())
                        .map(leader -> MemberId.parse(leader.toString()).nodeId()),
                loop.applied(),
                parts.pin().pinned(),
                hasEntries ? log.getStartIndex() : -1,
                hasEntries ? last.getIndex() : -1,
                log.getLastCommittedIndex(),
                committedAtStart(),
                holding.revision(),
                holding.lastCommitTs(),
                holding.gcFloor(),
                coldStart(),
                progress(info.getLeaderId() != null));
    }

    @Override
    public long term() {
        return standing.term();
    }

    /** Proposals without an outcome. */
    public int proposalsInFlight() {
        return inFlight.count();
    }

    public long proposalBytesInFlight() {
        return inFlight.bytes();
    }

    /** Entries that wait for the apply thread. */
    public int applyQueueEntries() {
        return loop.queuedEntries();
    }

    public int readsInFlight() {
        return reader.inFlight();
    }

    /** Takes nothing new; what is on its way goes on. */
    public void drain() {
        leadership.drain();
        phase = Phase.DRAINING;
    }

    /** Applies what is agreed on, pins the store, and stops. Afterwards nobody uses the store. */
    @Override
    public void close() {
        drain();
        catchUp.close();
        artifacts.close();
        installs.close();
        leaseExpiry.close();
        ownProposer.close();
        gateway.close();
        machine.expectClose();
        try {
            server.close();
            machine.closed().get(STOP_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (Exception failure) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Ratis did not stop cleanly; node=" + config.member().nodeId(),
                    failure);
        }
        channels.close();
        loop.stop();
        reader.close();
        inFlight.abandon(new OutcomeUnknown("this node stopped while the write was on its way"));
        phase = Phase.STOPPED;
    }

    /** Without waiting, because the pin is work of the thread that asks. */
    private void askForPin(String occasion) {
        var _ = pin().whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "pin did not finish, the log is kept; reason=" + occasion + " node="
                                + config.member().nodeId(),
                        failure);
            }
        });
    }

    private boolean isAlone() {
        return standing.vote() == Standing.Vote.ALONE;
    }

    /** On Ratis' updater or a timer, each time this node begins to lead. */
    private void onElected() {
        ownProposer.ceiling().begin();
    }

    /** Each time this node begins to serve as a leader, and once when it has caught up as a follower. */
    private synchronized void onServing() {
        if (phase == Phase.STARTING) {
            raftMicros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - raftStartNanos);
            phase = Phase.SERVING;
            served.complete(coldStart());
        }
    }

    private void finishPin(
            CompletableFuture<Position> answer, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
        Throwable refusal = failure != null ? failure : reply != null ? reply.getException() : null;
        Optional<Position> pinned = parts.pin().pinned();
        if (refusal != null) {
            answer.completeExceptionally(new OutcomeUnknown("the pin did not finish (" + rootMessage(refusal)
                    + "); it is repeated by itself, the log of this node says more"));
        } else if (reply != null && reply.getLogIndex() < 0) {
            answer.completeExceptionally(notPinned());
        } else {
            pinned.ifPresentOrElse(answer::complete, () -> pinOnly(answer));
        }
    }

    /** Pins the store and leaves the log as it is. */
    private CompletionStage<Position> pinOnly() {
        var answer = new CompletableFuture<Position>();
        pinOnly(answer);
        return answer;
    }

    /**
     * Without Ratis, which takes no snapshot on demand of a log whose last entry is number 0 (it counts from there), and purges behind
     * each. The apply thread asks for pins too, and must not wait for room in its own queue.
     */
    private void pinOnly(CompletableFuture<Position> answer) {
        var request = new CompletableFuture<Optional<Position>>();
        var _ = CompletableFuture.runAsync(() -> loop.hand(new Work.Pin(request)))
                .thenCompose(_ -> request)
                .whenComplete((position, failure) -> {
                    if (failure == null && position.isPresent()) {
                        answer.complete(position.get());
                    } else {
                        answer.completeExceptionally(notPinned());
                    }
                });
    }

    private static NotReady notPinned() {
        return new NotReady(
                "the store could not be pinned now; it is repeated by itself, the log of this node says more");
    }

    private Role role() {
        return switch (division.getInfo().getCurrentRole()) {
            case LEADER -> Role.LEADER;
            case FOLLOWER -> Role.FOLLOWER;
            case CANDIDATE -> Role.CANDIDATE;
            case LISTENER -> Role.LISTENER;
            case null, default -> Role.NONE;
        };
    }

    /** In a group of one everything that is in the log was or will be agreed on; with others the leader says what was. */
    private long committedAtStart() {
        ColdStart start = parts.coldStart();
        long have = start.have().map(Position::index).orElse(-1L);
        return config.origin() instanceof GroupOrigin.Alone
                ? Math.max(start.logEnd(), have)
                : Math.max(have, catchUp.target());
    }

    private ColdStart coldStart() {
        return parts.coldStart().servedAfter(raftMicros);
    }

    /** Leaders apply what they have before they serve: an entry of their own term comes last. */
    private StartProgress progress(boolean leaderKnown) {
        return installs.progress().orElseGet(() -> progressOfStart(leaderKnown));
    }

    private StartProgress progressOfStart(boolean leaderKnown) {
        if (phase != Phase.STARTING) {
            return StartProgress.READY;
        }
        long elapsedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - raftStartNanos);
        long total = parts.coldStart().replayed();
        long have = parts.coldStart().have().map(Position::index).orElse(-1L);
        long done = loop.applied().map(Position::index).orElse(-1L) - have;
        return leaderKnown && done < total
                ? new StartProgress(
                        StartProgress.Phase.REPLAYING,
                        Math.max(0, done),
                        total,
                        StartProgress.Unit.ENTRIES,
                        elapsedMillis)
                : StartProgress.without(
                        group.isKnown() ? StartProgress.Phase.ELECTING : StartProgress.Phase.JOINING, elapsedMillis);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.toString();
    }
}
