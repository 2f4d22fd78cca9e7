package io.skipstone.consensus;

import io.skipstone.clock.HybridClock;
import io.skipstone.consensus.install.Installer;
import io.skipstone.consensus.install.Wanted;
import io.skipstone.consensus.peer.PeerChannels;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.Position;
import io.skipstone.model.StartProgress;
import io.skipstone.snapshot.Holding;
import io.skipstone.snapshot.SnapshotPin;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto.NotificationProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotResult;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * An install as Ratis sees it: says what is needed and who may have it, has Ratis go on when the store is there, and puts it in place in
 * the order of the log (docs/decisions/0013-install.md).
 */
final class InstallDriver implements Installs, Installer.Host, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(InstallDriver.class.getName());

    private final RaftConfig config;
    private final ApplyLoop loop;
    private final SnapshotPin pin;
    private final HybridClock clock;
    private final FailStop failStop;
    private final Observer observer;
    private final GroupView group;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final Installer installer;

    /** What Ratis waits for, from {@link #begin} on. */
    private volatile TermIndex told = TermIndex.INITIAL_VALUE;

    InstallDriver(
            RaftConfig config,
            RaftParts parts,
            ApplyLoop loop,
            GroupView group,
            RaftServer server,
            PeerChannels channels)
            throws IOException {
        this.config = config;
        this.loop = loop;
        this.pin = parts.pin();
        this.clock = parts.clock();
        this.failStop = parts.failStop();
        this.observer = parts.observer();
        this.group = group;
        this.server = server;
        this.division = server.getDivision(RaftGroupId.valueOf(config.groupId()));
        this.installer = new Installer(parts.exchange(), Greetings.bytes(config.groupId()), channels, this);
    }

    /** How far an install has come; empty while there is none. */
    Optional<StartProgress> progress() {
        return installer.progress().now();
    }

    @Override
    public CompletionStage<Optional<Position>> begin(Optional<PeerAddress> toldBy, TermIndex firstAvailable) {
        long first = InstallNotice.firstEntry(firstAvailable);
        if (first == 0) {
            // A leader asks each new member, also where nothing is missing.
            return CompletableFuture.completedStage(Optional.empty());
        }
        if (installer.isAdopting()) {
            return CompletableFuture.failedStage(new IOException("a store is just being put in place"));
        }
        if (loop.appliedIndex().index() >= first) {
            return showWhatIsHeld();
        }
        LOG.log(
                System.Logger.Level.INFO,
                "a store is fetched from another member, the leader's log begins behind this one; logStart=" + first
                        + " applied=" + loop.applied().map(Position::toString).orElse("none"));
        told = firstAvailable;
        return installer.install(new Needed(first, toldBy)).thenApply(at -> {
            loop.appliedIndex().mayJumpTo(at);
            return Optional.of(at);
        });
    }

    /**
     * A leader that takes a member in does not ask where its log ends, but where its snapshot is: the pin. Behind that it has every entry
     * to send. Ratis takes no snapshot while it holds an install to be under way, so this one is not asked for there; and not on this
     * thread, which must not wait for room in the queue.
     *
     * @return fails, so that Ratis holds no install to be under way any more, also when this leader never asks again
     */
    private CompletionStage<Optional<Position>> showWhatIsHeld() {
        var pinned = new CompletableFuture<Optional<Position>>();
        return CompletableFuture.runAsync(() -> loop.hand(new Work.Pin(pinned)))
                .thenCompose(_ -> pinned)
                .thenCompose(at -> {
                    at.ifPresent(held -> division.getRaftLog().updateSnapshotIndex(held.index()));
                    return CompletableFuture.failedStage(new IOException("none is needed, this store holds "
                            + at.map(Position::toString).orElse("nothing") + "; the leader is to look again"));
                });
    }

    /** Looked at anew for each try. */
    private final class Needed implements Wanted {
        private final long first;
        private final Optional<PeerAddress> toldBy;

        Needed(long first, Optional<PeerAddress> toldBy) {
            this.first = first;
            this.toldBy = toldBy;
        }

        /**
         * Ratis forgets the whole log: what this node acknowledged must be in the store, or never have been agreed on. Where that ends
         * right before the leader's first entry, the leader cannot go on from there.
         */
        @Override
        public long leastIndex() {
            long end = division.getRaftLog().getNextIndex() - 1;
            return end < first - 1 ? first - 1 : Math.max(first, end);
        }

        @Override
        public List<PeerAddress> sources() {
            Stream<PeerAddress> others = Stream.of(RaftPeerRole.FOLLOWER, RaftPeerRole.LISTENER)
                    .flatMap(role -> group.peers(role).stream())
                    .map(GroupView::address);
            var sources = new LinkedHashSet<PeerAddress>();
            group.otherLeader().ifPresent(sources::add);
            toldBy.ifPresent(sources::add);
            others.forEach(sources::add);
            sources.removeIf(source -> source.nodeId().equals(config.member().nodeId()));
            return List.copyOf(sources);
        }
    }

    /** Ratis writes the vote durably under another name and renames it; nobody syncs the name. */
    @Override
    public void syncVote() throws IOException {
        Path current = config.dir().resolve(config.groupId().toString()).resolve("current");
        try (FileChannel directory = FileChannel.open(current, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /**
     * Says to Ratis what the leader said before, in the name of the one that leads now. Ratis takes the result of an install only with
     * the next such message; a leader that follows may never send one, and Ratis refuses all entries until then.
     */
    @Override
    public boolean tellRatis() throws IOException {
        // Before the leader: if one changes in between, the term is too old, and not that of another leader.
        long term = division.getInfo().getCurrentTerm();
        RaftPeerId leader = division.getInfo().getLeaderId();
        if (leader == null || leader.equals(division.getId())) {
            throw new IOException("nobody else leads now");
        }
        try {
            return server.installSnapshot(notification(leader, term)).getResult()
                    == InstallSnapshotResult.SNAPSHOT_INSTALLED;
        } catch (RuntimeException notNow) {
            throw new IOException("Ratis refuses for now", notNow);
        }
    }

    private InstallSnapshotRequestProto notification(RaftPeerId leader, long term) {
        return InstallSnapshotRequestProto.newBuilder()
                .setServerRequest(RaftRpcRequestProto.newBuilder()
                        .setRequestorId(leader.toByteString())
                        .setReplyId(division.getId().toByteString())
                        .setRaftGroupId(RaftGroupIdProto.newBuilder()
                                .setId(division.getGroup().getGroupId().toByteString())))
                .setLeaderTerm(term)
                .setNotification(NotificationProto.newBuilder().setFirstAvailableTermIndex(told.toProto()))
                .build();
    }

    @Override
    public void adopt() throws IOException {
        var done = new CompletableFuture<Position>();
        loop.hand(new Work.Exchange(this::exchange, done));
        try {
            var _ = done.get();
        } catch (ExecutionException failure) {
            throw new IOException("the installed store could not be put in place", failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the installed store was put in place", e);
        }
    }

    /** On the apply thread. */
    private Position exchange() {
        Position at = installer.adopt();
        pin.adopt();
        Holding holding = pin.holding();
        clock.observe(holding.lastCommitTs());
        clock.observe(holding.hlcCeiling());
        installer.adopted();
        return at;
    }

    @Override
    public void installed(Position at, long bytes, long nanos) {
        LOG.log(
                System.Logger.Level.INFO,
                "store of another member is in use applied=" + at + " bytes=" + bytes + " millis=" + nanos / 1_000_000);
        observer.installed(at, bytes, nanos);
    }

    @Override
    public void halt(String why, Throwable cause) {
        failStop.halt(FailStop.EXIT_STORAGE, why, cause);
    }

    @Override
    public void close() {
        installer.close();
    }
}
