package io.skipstone.consensus;

import io.skipstone.clock.HybridClock;
import io.skipstone.command.Command;
import io.skipstone.command.CommandCodec;
import io.skipstone.command.LogEntry;
import io.skipstone.command.Outcome;
import io.skipstone.model.Bytes;
import io.skipstone.model.ExitCode;
import io.skipstone.model.Failpoint;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.MemberId;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.Position;
import io.skipstone.model.SkipstoneException.NotReady;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.ProtoUtils;
import org.jspecify.annotations.Nullable;

/**
 * What Ratis sees of us: translates its callbacks into work for the apply thread, and nothing else.
 *
 * <p>Ratis calls the apply side on its updater thread, one entry at a time and in log order, and takes a snapshot on the same thread.
 * Outcomes do not travel through Ratis: it has no part in what they say.
 */
final class SkipstoneStateMachine extends BaseStateMachine {
    /** While an install is on its way, Ratis tells the configuration that comes with it as one of term 0. */
    private static final long FIRST_TERM = 1;

    private final ApplyLoop loop;
    private final PinnedSnapshot storage;
    private final HybridClock clock;
    private final InFlight inFlight;
    private final MemberId self;
    private final ClientId clientId;
    private final Leadership leadership;
    private final FailStop failStop;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** Whether this node is being shut down; a close that nobody asked for is a failure. */
    private volatile boolean closing;

    /** Whether the group has agreed to go on without this node. */
    private volatile boolean removed;

    /**
     * Configurations by index that {@link #notifyTermIndexUpdated} is about to be called for. Ratis' updater puts them here; so do its
     * threads for requests, while an install is on its way.
     */
    private final ConcurrentSkipListMap<Long, Bytes> configurations = new ConcurrentSkipListMap<>();

    private volatile Installs installs = Installs.NONE;

    private volatile Consumer<Outcome> listener = _ -> {};

    /** Whether the log must stay whole for now. */
    private volatile BooleanSupplier keepsLog = () -> false;

    /** Index of the newest entry that the store held at start, or that was handed down since. Written by the updater thread only. */
    private volatile long handedDown;

    /** Its term. A leader is ready with a configuration of its own term. Updater thread only. */
    private long configurationTerm;

    SkipstoneStateMachine(
            ApplyLoop loop,
            PinnedSnapshot storage,
            HybridClock clock,
            InFlight inFlight,
            MemberId self,
            ClientId clientId,
            Leadership leadership,
            FailStop failStop) {
        this.loop = loop;
        this.handedDown = loop.applied().map(Position::index).orElse(-1L);
        this.storage = storage;
        this.clock = clock;
        this.inFlight = inFlight;
        this.self = self;
        this.clientId = clientId;
        this.leadership = leadership;
        this.failStop = failStop;
    }

    /** Before Ratis is started. */
    void takeInstallsFrom(Installs newInstalls) {
        installs = newInstalls;
    }

    /** Before Ratis is started. */
    void keepLogWhile(BooleanSupplier newKeepsLog) {
        keepsLog = newKeepsLog;
    }

    /** Before Ratis is started: told each outcome, of whoever proposed it, when it is in the store. On the apply thread: returns at once. */
    void tellOutcomesTo(Consumer<Outcome> newListener) {
        listener = newListener;
    }

    /** A close from now on is asked for. */
    void expectClose() {
        closing = true;
    }

    /** Completes when Ratis has handed down everything and let go of this. */
    CompletableFuture<Void> closed() {
        return closed;
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return storage;
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return storage.getLatestSnapshot();
    }

    @Override
    public TermIndex getLastAppliedTermIndex() {
        return termIndex(loop.applied());
    }

    /** Takes only what this process proposes: whoever reaches the peer port cannot write to the log through Ratis' client. */
    @Override
    public TransactionContext startTransaction(RaftClientRequest request) {
        Optional<Bundle> bundle = clientId.equals(request.getClientId())
                ? inFlight.find(request.getCallId()).filter(Bundle::isAwaited)
                : Optional.empty();
        TransactionContext context = TransactionContext.newBuilder()
                .setStateMachine(this)
                .setClientRequest(request)
                .setLogData(request.getMessage().getContent())
                .setStateMachineContext(bundle.orElse(null))
                .build();
        if (bundle.isEmpty()) {
            context.setException(new IOException("not a proposal of this node, or past its deadline"));
        }
        return context;
    }

    /** Called in log order, under the log's lock: stamps the bytes that Ratis is about to append. */
    @Override
    public TransactionContext preAppendTransaction(TransactionContext context) throws StateMachineException {
        if (!(context.getStateMachineContext() instanceof Bundle bundle)) {
            throw new StateMachineException("not a proposal of this node", null, false);
        }
        try {
            // Ratis 3.3.0 keeps a permit of what is refused here until the leader changes, so the proposer has made
            // sure before.
            bundle.stamp(proposal -> clock.issue(proposal.ceiling()));
        } catch (NotReady atTheCeiling) {
            throw new StateMachineException(atTheCeiling.getMessage(), atTheCeiling, false);
        }
        Failpoint.WRITE_STAMPED.hit();
        return context;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext context) {
        LogEntryProto raftEntry = context.getLogEntry();
        var position = new Position(raftEntry.getTerm(), raftEntry.getIndex());
        arrived(position.index());
        StateMachineLogEntryProto ours = raftEntry.getStateMachineLogEntry();
        byte[] bytes = ours.getLogData().toByteArray();
        List<LogEntry> entries = decode(bytes, position);
        for (LogEntry entry : entries) {
            // Before Ratis lets a new leader propose, so nothing is stamped below what the log holds.
            clock.observe(entry.commitTs());
            note(entry.command());
        }
        Optional<Bundle> bundle = bundleOf(ours);
        bundle.ifPresent(waiting -> waiting.agreed(position.index()));
        var completion = new Reply(bundle.map(Bundle::proposals).orElse(List.of()), listener);
        Failpoint.WRITE_COMMITTED.hit();
        loop.hand(new Work.Entry(position, entries, bytes.length, completion));
        return completion.reply;
    }

    /** Entries that came with the store of another member were never handed down here, and may hold a lease. */
    private void arrived(long index) {
        if (index > handedDown + 1) {
            leadership.holdOff().missed();
        }
        handedDown = Math.max(handedDown, index);
    }

    /**
     * A leader may take back what was not agreed on. What was handed down had been, so this node and the group have parted: it must not go on
     * as if they had not. Under the log's lock.
     */
    @Override
    public CompletableFuture<Void> truncate(long index) {
        if (index <= handedDown) {
            failStop.halt(
                    FailStop.EXIT_INTEGRITY,
                    "the leader takes back log entries from " + index + " on, and this node has applied them up to "
                            + handedDown + "; replace this node: its store is not the group's",
                    new InvariantViolation("applied entries are taken back"));
        }
        return CompletableFuture.completedFuture(null);
    }

    /** What this node must know of an entry before the store has it. */
    private void note(Command command) {
        switch (command) {
            case Command.RaiseClockCeiling(var ceiling) -> clock.raiseCeiling(ceiling);
            case Command.Barrier(var leaseMillis) -> leadership.holdOff().lease(leaseMillis);
            case Command.Txn _,
                    Command.NestedTxn _,
                    Command.RaiseGcFloor _,
                    Command.GrantLease _,
                    Command.RevokeLease _,
                    Command.ExpireLease _ -> {}
        }
    }

    @Override
    public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto newConfiguration) {
        if (term >= FIRST_TERM) {
            arrived(index);
            configurationTerm = term;
        }
        Bytes configuration = Bytes.wrap(newConfiguration.toByteArray());
        configurations.put(index, configuration);
        Members members = Members.of(configuration);
        // A member that is being taken in is told of the configuration before it.
        removed = term >= FIRST_TERM && members.isSettled() && !members.peers().isEmpty() && !members.include(self);
    }

    /** Entries of Raft's own: they change nothing, and the position must still pass over them, in order. */
    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        arrived(index);
        Bytes configuration = configurations.getOrDefault(index, Bytes.EMPTY);
        configurations.headMap(index, true).clear();
        loop.hand(new Work.Marker(new Position(term, index), configuration));
    }

    /**
     * Pins the store. A failure is answered with "no snapshot" and not with an exception: either way Ratis purges nothing and asks
     * again, but after an exception it would let an operator who waits for the pin run into a timeout. The same while the log is to stay.
     */
    @Override
    public long takeSnapshot() throws IOException {
        if (keepsLog.getAsBoolean()) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        var pinned = new CompletableFuture<Optional<Position>>();
        loop.hand(new Work.Pin(pinned));
        try {
            return pinned.get().map(Position::index).orElse(RaftLog.INVALID_LOG_INDEX);
        } catch (ExecutionException failure) {
            return RaftLog.INVALID_LOG_INDEX;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the store was pinned", e);
        }
    }

    @Override
    public void initialize(RaftServer raftServer, RaftGroupId raftGroupId, RaftStorage raftStorage) throws IOException {
        super.initialize(raftServer, raftGroupId, raftStorage);
        getLifeCycle().transition(LifeCycle.State.STARTING);
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    /**
     * The log of the leader begins too late for this node. On one of Ratis' threads for requests, which must not wait; until the future is
     * done Ratis takes no entries from the leader.
     *
     * @return where the store stands that the next start would take; null where the log alone will do
     */
    @Override
    @SuppressWarnings("NullAway") // The null is Ratis' contract, and its types do not say so.
    public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(
            RoleInfoProto roleInfo, TermIndex firstAvailable) {
        return installs.begin(toldBy(roleInfo), firstAvailable)
                .thenApply(published -> published.isPresent() ? termIndex(published) : null)
                .toCompletableFuture();
    }

    private static Optional<PeerAddress> toldBy(RoleInfoProto roleInfo) {
        RaftPeerProto leader = roleInfo.getFollowerInfo().getLeaderInfo().getId();
        return leader.getAddress().isEmpty()
                ? Optional.empty()
                : Optional.of(GroupView.address(ProtoUtils.toRaftPeer(leader)));
    }

    /** Nothing stops here: Ratis may still hand down entries, and the store in use takes them until it is exchanged. */
    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    /** Goes on with the store that was installed. On Ratis' updater, which hands down no entry meanwhile; the log may be gone already. */
    @Override
    public void reinitialize() throws IOException {
        getLifeCycle().transition(LifeCycle.State.STARTING);
        installs.adopt();
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId memberId, RaftPeerId newLeader) {
        leadership.lost();
    }

    @Override
    public void notifyNotLeader(Collection<TransactionContext> pending) {
        leadership.lost();
    }

    @Override
    public void notifyLeaderReady() {
        leadership.elected(configurationTerm);
    }

    @Override
    public void notifyLogFailed(Throwable cause, LogEntryProto failedEntry) {
        failStop.halt(FailStop.EXIT_STORAGE, "the log could not be written: " + cause.getMessage(), cause);
    }

    /** Ratis closes this also when its own updater fails, and then goes on without: the process would look alive. */
    @Override
    public void close() {
        leadership.lost();
        closed.complete(null);
        if (!closing && removed) {
            failStop.halt(
                    ExitCode.OK.code(),
                    "the group has removed this node; its data directory is of no use any more, remove it too",
                    new IllegalStateException("removed"));
        } else if (!closing) {
            failStop.halt(
                    FailStop.EXIT_STORAGE,
                    "Ratis closed the group unasked; its log lines say why",
                    new IllegalStateException("unexpected close"));
        }
    }

    private List<LogEntry> decode(byte[] bytes, Position position) {
        try {
            return CommandCodec.decode(bytes);
        } catch (InvariantViolation unknown) {
            failStop.halt(FailStop.EXIT_INTEGRITY, "log entry " + position + ": " + unknown.getMessage(), unknown);
            throw unknown;
        }
    }

    private Optional<Bundle> bundleOf(StateMachineLogEntryProto entry) {
        return clientId.toByteString().equals(entry.getClientId())
                ? inFlight.find(entry.getCallId())
                : Optional.empty();
    }

    private static TermIndex termIndex(Optional<Position> position) {
        return position.map(at -> TermIndex.valueOf(at.term(), at.index())).orElse(TermIndex.INITIAL_VALUE);
    }

    /** Tells the proposals their outcomes and Ratis that the entry is applied. */
    private static final class Reply implements Work.Completion {
        private final List<Proposal> proposals;
        private final Consumer<Outcome> listener;
        private final CompletableFuture<Message> reply = new CompletableFuture<>();

        /**
         * @param proposals in the order of the outcomes; none, if another node, or this one in an earlier life, proposed the entry
         */
        Reply(List<Proposal> proposals, Consumer<Outcome> listener) {
            this.proposals = proposals;
            this.listener = listener;
        }

        @Override
        public void applied(List<Outcome> outcomes) {
            outcomes.forEach(listener);
            for (int i = 0; i < Math.min(outcomes.size(), proposals.size()); i++) {
                proposals.get(i).outcome().complete(outcomes.get(i));
            }
            reply.complete(Message.valueOf(ByteString.EMPTY));
        }

        @Override
        public void abandoned(Throwable reason) {
            proposals.forEach(waiting -> waiting.outcome().completeExceptionally(reason));
            reply.completeExceptionally(reason);
        }
    }
}
