package io.skipstone.node;

import io.skipstone.apply.BatchApplier;
import io.skipstone.apply.Queries;
import io.skipstone.clock.HybridClock;
import io.skipstone.consensus.Admin;
import io.skipstone.consensus.Cluster;
import io.skipstone.consensus.FailStop;
import io.skipstone.consensus.Forming;
import io.skipstone.consensus.FormingRefusal;
import io.skipstone.consensus.Leases;
import io.skipstone.consensus.LogBounds;
import io.skipstone.consensus.Proposer;
import io.skipstone.consensus.RaftConfig;
import io.skipstone.consensus.RaftNode;
import io.skipstone.consensus.RaftParts;
import io.skipstone.consensus.RaftStartFailure;
import io.skipstone.consensus.Reader;
import io.skipstone.model.ColdStart;
import io.skipstone.model.ExitCode;
import io.skipstone.model.GroupOrigin;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Member;
import io.skipstone.model.Membership;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.Position;
import io.skipstone.model.StoreRoom;
import io.skipstone.model.StoreRoomSource;
import io.skipstone.snapshot.ArtifactSource;
import io.skipstone.snapshot.GenerationExchange;
import io.skipstone.snapshot.SnapshotPin;
import io.skipstone.store.DataDirectory;
import io.skipstone.store.DirectoryRefusal;
import io.skipstone.store.DiskTrouble;
import io.skipstone.store.LmdbLibraries;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.StoreFailure;
import io.skipstone.store.StoreInUse;
import io.skipstone.store.StoreStats;
import io.skipstone.store.SyncMode;
import io.skipstone.watch.WatchHub;
import io.skipstone.watch.Watches;
import java.io.IOException;
import java.net.BindException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** The rooms, built and started in order; stopped in reverse. */
final class RunningNode {
    private static final Logger LOG = Logger.getLogger(RunningNode.class);

    private final RaftNode raft;
    private final Artifacts artifacts;
    private final WatchHub watches;
    private final StoreRoomSource room;
    private final Deque<AutoCloseable> opened;

    private RunningNode(
            RaftNode raft, Artifacts artifacts, WatchHub watches, StoreRoomSource room, Deque<AutoCloseable> opened) {
        this.raft = raft;
        this.artifacts = artifacts;
        this.watches = watches;
        this.room = room;
        this.opened = opened;
    }

    /** Returns when Ratis runs; whether the node may serve already is in its status. */
    static RunningNode start(Settings settings, Metrics metrics, FailStop failStop, StartTracker tracker) {
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            return start(settings, metrics, failStop, tracker, opened);
        } catch (StoreFailure failure) {
            closeAll(opened);
            throw refused(settings, failure);
        } catch (RuntimeException | Error failure) {
            closeAll(opened);
            throw failure;
        }
    }

    private static StartupException refused(Settings settings, StoreFailure failure) {
        DiskTrouble trouble = DiskTrouble.behind(failure);
        return new StartupException(
                trouble.exitCode(),
                "the store in " + settings.dataDir() + " cannot be written (" + rootMessage(failure) + "): "
                        + trouble.advice(),
                failure);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private static RunningNode start(
            Settings settings, Metrics metrics, FailStop failStop, StartTracker tracker, Deque<AutoCloseable> opened) {
        DataDirectory directory = openDirectory(settings);
        opened.push(directory);
        loadLibraries(directory);
        if (directory.origin().isEmpty()) {
            directory.belongTo(findGroup(settings, directory, tracker));
        }
        var start = ColdStarter.start(storeConfig(settings, directory), directory, tracker);
        var store = new StoreInUse(start.store());
        opened.push(store);
        var space = new SpaceGuard(store, settings.minFreeDiskBytes());
        opened.push(space);

        var clock = new HybridClock(System::currentTimeMillis);
        clock.observe(store.meta().lastCommitTs());
        var maker = Artifacts.maker(settings, directory, store);
        opened.push(maker);
        var parts = new RaftParts(
                new BatchApplier(store),
                new Queries(store),
                new SnapshotPin(store),
                store::collect,
                clock,
                failStop,
                metrics,
                space::admit,
                start.coldStart(),
                maker,
                new GenerationExchange(
                        start.generations(),
                        directory.groupId(),
                        store,
                        start.generation(),
                        settings.minFreeDiskBytes()));
        var watches = new WatchHub(store, settings.watch(), System::nanoTime, failure -> halt(failStop, failure));
        store.whenChanged(watches::signal);
        opened.push(watches);
        watches.start();
        RaftNode raft = startRaft(settings, directory, parts);
        opened.push(raft);
        space.start(raft::proposalBytesInFlight);
        var gc = new GcDriver(raft.proposer(), raft, Clock.systemUTC(), settings.gcRetentionSeconds());
        opened.push(gc);
        gc.start(settings.gcIntervalSeconds());
        var artifacts = new Artifacts(maker, store, raft);

        metrics.clock(clock);
        metrics.store(store::stats);
        metrics.watches(watches);
        metrics.queue("proposals", raft::proposalsInFlight);
        metrics.queue("apply", raft::applyQueueEntries);
        metrics.queue("reads", raft::readsInFlight);
        raft.served().thenAccept(coldStart -> report(settings, directory, metrics, coldStart));
        return new RunningNode(raft, artifacts, watches, () -> Optional.of(room(store, space)), opened);
    }

    private static StoreRoom room(StoreInUse store, SpaceGuard space) {
        StoreStats stats = store.stats();
        return new StoreRoom(stats.usedBytes(), stats.usedBytes() - stats.freeBytes(), !space.hasRoom());
    }

    /** A store that cannot be read, or contradicts itself, must not serve on. */
    private static void halt(FailStop failStop, Throwable failure) {
        int exitCode = failure instanceof InvariantViolation ? FailStop.EXIT_INTEGRITY : FailStop.EXIT_STORAGE;
        failStop.halt(exitCode, "the store could not be read for watches: " + failure.getMessage(), failure);
    }

    private static DataDirectory openDirectory(Settings settings) {
        try {
            return DataDirectory.open(settings.dataDir(), settings.nodeId());
        } catch (DirectoryRefusal refused) {
            throw new StartupException(refused.exitCode(), String.valueOf(refused.getMessage()), refused);
        }
    }

    private static void loadLibraries(DataDirectory directory) {
        try {
            LmdbLibraries.load(directory.nativeLibraries());
        } catch (DirectoryRefusal refused) {
            throw new StartupException(refused.exitCode(), String.valueOf(refused.getMessage()), refused);
        }
    }

    /** Once in the life of a data directory. */
    private static GroupOrigin findGroup(Settings settings, DataDirectory directory, StartTracker tracker) {
        if (settings.peers().isEmpty()) {
            return new GroupOrigin.Alone(UUID.randomUUID());
        }
        tracker.forming();
        try {
            return Forming.find(new Forming.Setup(
                    directory.member(),
                    settings.peers(),
                    settings.listen(),
                    settings.peerPort(),
                    settings.clientAddress()));
        } catch (FormingRefusal refused) {
            throw new StartupException(ExitCode.USAGE, String.valueOf(refused.getMessage()), refused);
        } catch (IOException failure) {
            throw new StartupException(
                    ExitCode.IN_USE, "the peer port cannot be had (" + failure.getMessage() + ")", failure);
        } catch (InterruptedException stopped) {
            throw new StartupException(ExitCode.OK, "told to stop before the group was formed", stopped);
        }
    }

    private static StoreConfig storeConfig(Settings settings, DataDirectory directory) {
        return new StoreConfig(
                directory.store(),
                directory.nativeLibraries(),
                settings.mapBytes(),
                settings.maxMapBytes(),
                StoreConfig.DEFAULT_MAX_VIEWS,
                settings.syncAlways() ? SyncMode.ALWAYS : SyncMode.META_DEFERRED);
    }

    private static RaftNode startRaft(Settings settings, DataDirectory directory, RaftParts parts) {
        try {
            return RaftNode.start(
                    new RaftConfig(
                            directory.member(),
                            directory.origin().orElseThrow(),
                            settings.ownAddress(),
                            settings.peers(),
                            settings.listen(),
                            settings.peerPort(),
                            settings.clientAddress(),
                            directory.raft(),
                            settings.applyBatchEntries(),
                            LogBounds.of(settings.pinEveryEntries(), settings.keepEntries()),
                            settings.limits(),
                            settings.readLease()),
                    parts);
        } catch (RaftStartFailure failure) {
            throw new StartupException(exitCode(failure), String.valueOf(failure.getMessage()), failure);
        }
    }

    /** What the port or the disk said; else the log itself is to blame. */
    private static ExitCode exitCode(RaftStartFailure failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return ExitCode.IN_USE;
            }
        }
        DiskTrouble trouble = DiskTrouble.behind(failure);
        return trouble == DiskTrouble.OTHER ? ExitCode.DAMAGED : trouble.exitCode();
    }

    private static void report(Settings settings, DataDirectory directory, Metrics metrics, ColdStart start) {
        metrics.coldStart(directory.groupId().toString(), start);
        LOG.infof(
                "cold start outcome=%s reason=%s node=%s group=%s applied=%s logStart=%d logEnd=%d replay=%d"
                        + " hlcCeiling=%s cutover=%d generation=%d openMillis=%s gateMillis=%s sinceStartMillis=%d"
                        + " repairMillis=%s raftMillis=%s dir=%s",
                start.outcome().name().toLowerCase(Locale.ROOT),
                start.reason(),
                settings.nodeId(),
                directory.groupId(),
                start.have().map(Position::toString).orElse("none"),
                start.logStart(),
                start.logEnd(),
                start.replayed(),
                start.hlcCeiling(),
                start.cutover(),
                start.generation(),
                millis(start.phases().openMicros()),
                millis(start.phases().gateMicros()),
                start.phases().decidedMillis(),
                millis(start.phases().repairMicros()),
                millis(start.phases().raftMicros()),
                settings.dataDir());
    }

    /** To the microsecond: a clean decision takes few milliseconds. */
    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.3f", (double) micros / 1_000);
    }

    Proposer proposer() {
        return raft.proposer();
    }

    Reader reader() {
        return raft.reader();
    }

    Cluster cluster() {
        return raft.cluster();
    }

    Leases leases() {
        return raft.leases();
    }

    Admin admin() {
        return raft;
    }

    ArtifactSource artifacts() {
        return artifacts;
    }

    Watches watches() {
        return watches;
    }

    StoreRoomSource room() {
        return room;
    }

    /** Asks those who watch to go on elsewhere. */
    void drainWatches() {
        watches.drain();
    }

    NodeStatus status() {
        return raft.status();
    }

    long term() {
        return raft.term();
    }

    /** Hands the lead over if this node has it, so that the others need not wait until they miss it. Takes a moment; never fails. */
    void handOver() {
        if (raft.status().role() != NodeStatus.Role.LEADER) {
            return;
        }
        try {
            Membership after = raft.cluster()
                    .members()
                    .thenCompose(now -> isAlone(now)
                            ? CompletableFuture.completedStage(now)
                            : raft.cluster().transferLeadership(Optional.empty()))
                    .toCompletableFuture()
                    .get(StopLimits.HANDOVER_MILLIS, TimeUnit.MILLISECONDS);
            if (!isAlone(after)) {
                LOG.infof("lead handed over leader=%s", leader(after));
            }
        } catch (ExecutionException | TimeoutException failure) {
            LOG.infof("lead not handed over reason=\"%s\"", reason(failure));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isAlone(Membership membership) {
        return membership.members().stream()
                        .filter(member -> member.role() == Member.Role.VOTER)
                        .count()
                == 1;
    }

    private static String leader(Membership membership) {
        return membership.leader().map(member -> member.id().nodeId()).orElse("unknown");
    }

    private static String reason(Exception failure) {
        return failure.getCause() == null
                ? "not done in " + StopLimits.HANDOVER_MILLIS + " ms"
                : String.valueOf(failure.getCause().getMessage());
    }

    /** Answers what is in flight, pins, and closes everything. */
    void stop() {
        LOG.info("node stops");
        closeAll(opened);
        LOG.info("node has stopped");
    }

    private static void closeAll(Deque<AutoCloseable> opened) {
        while (!opened.isEmpty()) {
            AutoCloseable part = opened.pop();
            try {
                part.close();
            } catch (Exception failure) {
                // The rest must be closed too; what was acknowledged is on disk already.
                LOG.warnf(failure, "%s did not close cleanly", part.getClass().getSimpleName());
            }
        }
    }
}
