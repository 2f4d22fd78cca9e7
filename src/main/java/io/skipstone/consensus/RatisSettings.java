package io.skipstone.consensus;

import io.skipstone.consensus.peer.Transport;
import io.skipstone.model.GroupOrigin;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Every setting of Ratis 3.3.0 that differs from its default or must never differ from it, and why. */
final class RatisSettings {
    /** What a log entry of Ratis may take beyond ours: ids, term, index, framing. */
    private static final long ENTRY_MARGIN_BYTES = 64 * 1024;

    /** Entries that Ratis writes at most before it forces them, and so may miss after a power loss. */
    static final int MAX_UNFORCED_ENTRIES = 128;

    /** A follower that has not heard of its leader for this long, or a bit longer, asks for votes. */
    static final long TIMEOUT_MIN_MILLIS = 1_000;

    static final long TIMEOUT_MAX_MILLIS = 2_000;

    /** The same, of a node that has just started among others. */
    private static final long FIRST_MIN_MILLIS = 200;

    private static final long FIRST_MAX_MILLIS = 1_400;

    /**
     * What a leader waits before it turns to a member again that did not answer, or not as hoped; it says nothing to that one meanwhile. The
     * default soon waits 5 s, after which a member that was cut off has long asked for votes.
     */
    private static final String RETRY_POLICY = "1ms,10, 100ms,1000000000";

    private static final long MIB = 1L << 20;

    /** Workers that Ratis keeps for one group; a proposal occupies one while it is appended. */
    private static final int THREADS = 8;

    private RatisSettings() {}

    static RaftProperties of(RaftConfig config) {
        var properties = new RaftProperties();
        log(properties, config);
        snapshot(properties, config);
        elections(properties, config);
        requests(properties, config);
        transport(properties, config);
        return properties;
    }

    /** Largest log entry as Ratis counts it; also what reads of the log must allow. */
    static SizeInBytes maxEntry(RaftConfig config) {
        return SizeInBytes.valueOf(config.limits().entryBytes() + ENTRY_MARGIN_BYTES);
    }

    private static void log(RaftProperties properties, RaftConfig config) {
        RaftServerConfigKeys.setStorageDir(properties, List.of(config.dir().toFile()));
        // Ratis would append one metadata entry per commit round: twice the entries, and a second fsync on an idle
        // group. The
        // commit index comes back from the pin and from the first entry of the new term.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        // An acknowledged entry is on the disk. Async flush counts a failed force as a success (RaftLog worker, 3.3.0).
        RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
        // A heartbeat counts composed appends (3.3.0) as there while they are still to come: the follower would apply
        // what
        // they replace (docs/decisions/0019).
        RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
        // What the repair of a torn tail counts on.
        RaftServerConfigKeys.Log.setForceSyncNum(properties, MAX_UNFORCED_ENTRIES);
        // A damaged log stops the start. Dropping its tail would lose acknowledged entries.
        RaftServerConfigKeys.Log.setCorruptionPolicy(properties, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
        // Purging goes by whole segments and a start reads all of them: small segments keep both small.
        long segmentBytes = config.log().segmentBytes();
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(segmentBytes));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf(Math.min(MIB, segmentBytes)));
        // Entries are read once, soon after they were written: heap for a few segments is enough.
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf(32 * MIB));
        // A member that is down must not keep the log of the others for ever; it catches up by an install.
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        // Nobody else needs the log of a node that is alone; its last entry stays, so that a log is never empty.
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(
                properties,
                config.origin() instanceof GroupOrigin.Alone
                        ? 1
                        : (int) config.log().keepEntries());
        // A few large entries fill segments too; the default would keep them until there are 1,024.
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, RETRY_POLICY);
        // The largest entry; the buffer must hold it with its length and checksum (Ratis asks for 8 bytes more).
        SizeInBytes maxEntry = maxEntry(config);
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, maxEntry);
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf(maxEntry.getSize() + 1024));
        // Appending blocks when the log's queue is full: room for every proposal, so that back-pressure is ours alone.
        RaftServerConfigKeys.Log.setQueueElementLimit(
                properties, 2 * config.limits().proposals());
        RaftServerConfigKeys.Log.setQueueByteLimit(
                properties,
                SizeInBytes.valueOf(
                        Math.min(Integer.MAX_VALUE, 2 * config.limits().proposalBytes())));
    }

    private static void snapshot(RaftProperties properties, RaftConfig config) {
        // A pinned snapshot has no files. Installing by chunks never finishes with an empty list, and it wipes
        // directories.
        RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, false);
        // A pin is one sync: often is cheap, and it bounds the log, the replay and the start. Also enables the pin at
        // stop.
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(
                properties, config.log().pinEveryEntries());
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, true);
        // A pin on demand happens whenever there is anything new.
        RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
    }

    private static void elections(RaftProperties properties, RaftConfig config) {
        // The defaults (150 to 300 ms) lie within what an fsync or a collection pause takes on a busy machine.
        RaftServerConfigKeys.Rpc.setTimeoutMin(
                properties, TimeDuration.valueOf(TIMEOUT_MIN_MILLIS, TimeUnit.MILLISECONDS));
        RaftServerConfigKeys.Rpc.setTimeoutMax(
                properties, TimeDuration.valueOf(TIMEOUT_MAX_MILLIS, TimeUnit.MILLISECONDS));
        if (config.origin() instanceof GroupOrigin.Alone) {
            // Alone in its group, a node need not listen long for a leader before it becomes one.
            firstElection(properties, 50, 100);
        } else {
            // One that comes back may ask early: members that hear a leader refuse the vote before it is one
            // (VoteContext, 3.3.0).
            // Where all come back at once the one that asks first leads, and a wide span keeps them from asking at
            // once.
            firstElection(properties, FIRST_MIN_MILLIS, FIRST_MAX_MILLIS);
        }
    }

    private static void firstElection(RaftProperties properties, long minMillis, long maxMillis) {
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
                properties, TimeDuration.valueOf(minMillis, TimeUnit.MILLISECONDS));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(
                properties, TimeDuration.valueOf(maxMillis, TimeUnit.MILLISECONDS));
    }

    private static void requests(RaftProperties properties, RaftConfig config) {
        // Our permits are the limit a client meets; Ratis' own lie above them, also for proposals past their deadline.
        RaftServerConfigKeys.Write.setElementLimit(
                properties, 2 * config.limits().proposals());
        RaftServerConfigKeys.Write.setByteLimit(
                properties, SizeInBytes.valueOf(2 * config.limits().proposalBytes() + 16 * MIB));
        // Each call id is used once, and repetitions are recognised by the store. At 10,000 writes a second the default
        // of 60 s
        // would keep 600,000 replies on the heap.
        RaftServerConfigKeys.RetryCache.setExpiryTime(properties, TimeDuration.valueOf(2, TimeUnit.SECONDS));
        RaftServerConfigKeys.ThreadPool.setClientCached(properties, true);
        RaftServerConfigKeys.ThreadPool.setClientSize(properties, THREADS);
        RaftServerConfigKeys.ThreadPool.setServerCached(properties, true);
        RaftServerConfigKeys.ThreadPool.setServerSize(properties, THREADS);
        RaftServerConfigKeys.ThreadPool.setProxyCached(properties, true);
        RaftServerConfigKeys.ThreadPool.setProxySize(properties, THREADS);
    }

    private static void transport(RaftProperties properties, RaftConfig config) {
        GrpcConfigKeys.Server.setHost(properties, config.listenHost());
        GrpcConfigKeys.Server.setPort(properties, config.peerPort());
        // Ratis asks for at least 1 MiB more than the largest entry.
        GrpcConfigKeys.setMessageSizeMax(
                properties, SizeInBytes.valueOf(maxEntry(config).getSize() + 2 * MIB));
        Transport.ofTheJdk();
        GrpcConfigKeys.setUseEpoll(properties, false);
    }
}
