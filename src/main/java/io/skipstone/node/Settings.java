package io.skipstone.node;

import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints.Plan;
import io.skipstone.model.LeaseLimits;
import io.skipstone.model.Limits;
import io.skipstone.model.PeerAddress;
import io.skipstone.store.NodeIdentity;
import io.skipstone.watch.WatchLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Every setting, read once, checked together: whoever gets one of these can rely on it.
 *
 * @param peerPort port on which the members of a group talk to each other
 * @param peers all members that a new group begins with, this node among them; empty for one that begins alone
 * @param drainMillis a node that was told to stop serves so long, for its clients to go elsewhere; not if it has no peers
 * @param applyBatchEntries most log entries that share one write transaction
 * @param gcRetentionSeconds history kept for reads in the past; 0 keeps everything
 * @param pinEveryEntries the store is pinned, and the log may be purged, after this many entries
 * @param keepEntries log entries that a member of several keeps for the others, however often the store is pinned
 * @param minFreeDiskBytes writes are refused with 507 below this much room on the disk
 * @param failpoints where this process is to halt, throw or wait; empty but in tests
 */
public record Settings(
        Path dataDir,
        String nodeId,
        String listen,
        int clientPort,
        int peerPort,
        int managementPort,
        List<PeerAddress> peers,
        long drainMillis,
        boolean syncAlways,
        long mapBytes,
        long maxMapBytes,
        long minFreeDiskBytes,
        int applyBatchEntries,
        long pinEveryEntries,
        long keepEntries,
        long gcRetentionSeconds,
        long gcIntervalSeconds,
        boolean readLease,
        Limits limits,
        LeaseLimits leaseLimits,
        WatchLimits watch,
        Map<Failpoint, Plan> failpoints) {
    private static final String PREFIX = "skipstone.";
    private static final long MIB = 1L << 20;

    /** What the launcher and the command line read from the environment besides the settings. */
    private static final List<String> OTHER_VARIABLES = List.of("SKIPSTONE_JAVA_OPTS", "SKIPSTONE_ENDPOINT");

    /** Properties that the tests read. */
    private static final List<String> OTHER_PROPERTIES =
            List.of("skipstone.paranoid", "skipstone.seed", "skipstone.jar", "skipstone.binary");

    /** A setting as the documentation lists it. */
    public record Described(String name, String defaultValue, String meaning) {}

    /** One name, its default and what it means. */
    private enum Name {
        DATA_DIR("data-dir", "./data", "directory of the store, the log and the node's identity"),
        NODE_ID("node-id", "n1", "name of this node in its group: letters, digits, - and _"),
        LISTEN("listen", "127.0.0.1", "address that the client, peer and management ports listen on"),
        CLIENT_PORT("client.port", "2379", "port for REST and gRPC clients"),
        PEER_PORT("peer.port", "2380", "port for other members of the group"),
        MANAGEMENT_PORT("management.port", "9000", "port for health and metrics"),
        PEERS(
                "peers",
                "",
                "members of the group, this node among them: `n1=host1:2380,n2=host2:2380,...`; empty: a group of one"),
        STORE_SYNC(
                "store.sync",
                "meta-deferred",
                "`meta-deferred`, or `always`: sync LMDB's meta page at each commit too"),
        STORE_MAP_MIB("store.map-mib", "65536", "first size of the memory map: address space, not memory or disk"),
        STORE_MAX_MAP_MIB("store.max-map-mib", "1048576", "the map grows up to this; it bounds the store's file"),
        STORE_MIN_FREE_MIB(
                "store.min-free-mib",
                "256",
                "writes are refused (507) with less free disk than this, and no install from another member takes it"),
        APPLY_BATCH_ENTRIES(
                "apply.batch-entries", "1024", "most log entries that share one write transaction and one sync"),
        SNAPSHOT_EVERY_ENTRIES("snapshot.every-entries", "20000", "pin the store after this many log entries"),
        SNAPSHOT_KEEP_ENTRIES(
                "snapshot.keep-entries",
                "8192",
                "log entries kept for other members that were away for a moment; twice `limits.proposals` or more"),
        GC_RETENTION_SECONDS("gc.retention-seconds", "3600", "history kept for reads in the past; 0 keeps all"),
        GC_INTERVAL_SECONDS("gc.interval-seconds", "60", "how often the GC floor follows"),
        READ_LEASE(
                "read.lease",
                "false",
                "`true`: a leader of several nodes answers reads for half a second without asking the others; see below"),
        LIMITS_VALUE_BYTES("limits.value-bytes", "1048576", "largest value"),
        LIMITS_ENTRY_BYTES("limits.entry-bytes", "4194304", "largest log entry: all of a transaction together"),
        LIMITS_TXN_OPERATIONS("limits.txn-operations", "1024", "operations in a branch of a transaction"),
        LIMITS_TXN_READS("limits.txn-reads", "10000", "keys and ranges in a transaction's read set"),
        LIMITS_SCAN_ROWS("limits.scan-rows", "1024", "rows in a page"),
        LIMITS_SCAN_BYTES("limits.scan-bytes", "4194304", "a page ends after the row that reaches this"),
        LIMITS_PREFIX_DELETE_KEYS("limits.prefix-delete-keys", "1000000", "keys one prefix delete may remove"),
        LIMITS_PROPOSALS("limits.proposals", "4096", "proposals in flight; beyond it 429"),
        LIMITS_PROPOSAL_BYTES("limits.proposal-bytes", "67108864", "bytes of proposals in flight; beyond it 429"),
        LIMITS_PROPOSAL_TIMEOUT_MILLIS(
                "limits.proposal-timeout-millis", "10000", "after this the outcome of a write is unknown (504)"),
        LIMITS_READS("limits.reads", "1024", "reads running or waiting; beyond it 429"),
        LEASE_MIN_TTL_SECONDS("lease.min-ttl-seconds", "2", "a lease that is to live shorter is granted this"),
        LEASE_MAX_TTL_SECONDS("lease.max-ttl-seconds", "31536000", "a lease that is to live longer is refused"),
        LEASE_MAX_LEASES("lease.max-leases", "100000", "leases at once; beyond it 429"),
        LEASE_MAX_KEYS("lease.max-keys", "10000", "keys of a lease granted from now on; beyond it 413"),
        WATCH_WATCHES("watch.watches", "16384", "watches of this node; beyond it 429"),
        WATCH_PER_CONNECTION("watch.per-connection", "1024", "watches of one connection; beyond it 429"),
        WATCH_BUFFER_BYTES(
                "watch.buffer-bytes",
                "1048576",
                "events that wait in memory for one watcher; a slower one is fed from the store"),
        WATCH_TOTAL_BYTES("watch.total-bytes", "67108864", "events that wait in memory for all watchers together"),
        WATCH_STALL_MILLIS(
                "watch.stall-millis",
                "10000",
                "a watcher that takes nothing for so long, with a full buffer, is cancelled"),
        DRAIN_MILLIS(
                "drain-millis",
                "1000",
                "a node with peers that was told to stop serves so long, for clients to go elsewhere"),
        FAILPOINTS("failpoints", "", "for tests of crashes: where this process halts, throws or waits; see testing.md");

        private final String key;
        private final String defaultValue;
        private final String meaning;

        Name(String key, String defaultValue, String meaning) {
            this.key = PREFIX + key;
            this.defaultValue = defaultValue;
            this.meaning = meaning;
        }

        private String variable() {
            return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
        }
    }

    public static List<Described> described() {
        return List.of(Name.values()).stream()
                .map(name -> new Described(name.key, name.defaultValue, name.meaning))
                .toList();
    }

    /**
     * Reads from properties named {@code skipstone.*} and variables named {@code SKIPSTONE_*}; a property wins.
     *
     * @throws SettingsException with every problem at once, unknown names included
     */
    public static Settings read(Map<String, String> properties, Map<String, String> environment) {
        return new Reading(properties, environment).settings();
    }

    /** Where other members reach this node: as the peers list says, or where it listens. */
    PeerAddress ownAddress() {
        return peers.stream()
                .filter(peer -> peer.nodeId().equals(nodeId))
                .findFirst()
                .orElseGet(() -> new PeerAddress(nodeId, listen, peerPort));
    }

    /** Where clients reach this node, as far as it knows. */
    String clientAddress() {
        return ownAddress().host() + ":" + clientPort;
    }

    /**
     * Only the failpoints, for commands, which have no other settings.
     *
     * @throws SettingsException with every problem at once
     */
    static Map<Failpoint, Plan> failpoints(Map<String, String> properties, Map<String, String> environment) {
        var reading = new Reading(properties, environment);
        Map<Failpoint, Plan> failpoints = reading.failpoints();
        reading.refuseProblems();
        return failpoints;
    }

    private static final class Reading {
        private final Map<String, String> properties;
        private final Map<String, String> environment;
        private final List<String> problems = new ArrayList<>();

        Reading(Map<String, String> properties, Map<String, String> environment) {
            this.properties = properties;
            this.environment = environment;
        }

        Settings settings() {
            findUnknown(
                    properties, name -> name.startsWith(PREFIX) && !OTHER_PROPERTIES.contains(name), name -> name.key);
            findUnknown(
                    environment,
                    name -> name.startsWith("SKIPSTONE_") && !OTHER_VARIABLES.contains(name),
                    Name::variable);
            int valueBytes = number(Name.LIMITS_VALUE_BYTES, 1, 4 * (int) MIB);
            int entryBytes = number(Name.LIMITS_ENTRY_BYTES, 1024, 4 * (int) MIB);
            var limits = new Limits(
                    valueBytes,
                    entryBytes,
                    number(Name.LIMITS_TXN_OPERATIONS, 1, 100_000),
                    number(Name.LIMITS_TXN_READS, 1, 1_000_000),
                    number(Name.LIMITS_SCAN_ROWS, 1, 100_000),
                    number(Name.LIMITS_SCAN_BYTES, 1024, 256 * (int) MIB),
                    number(Name.LIMITS_PREFIX_DELETE_KEYS, 1, 100_000_000),
                    number(Name.LIMITS_PROPOSALS, 1, 65_536),
                    longNumber(Name.LIMITS_PROPOSAL_BYTES, entryBytes, 1L << 32),
                    longNumber(Name.LIMITS_PROPOSAL_TIMEOUT_MILLIS, 10, 600_000),
                    number(Name.LIMITS_READS, 1, 65_536));
            long mapMib = longNumber(Name.STORE_MAP_MIB, 1, 1L << 26);
            var settings = new Settings(
                    Path.of(text(Name.DATA_DIR)).toAbsolutePath().normalize(),
                    nodeId(),
                    text(Name.LISTEN),
                    number(Name.CLIENT_PORT, 0, 65_535),
                    number(Name.PEER_PORT, 0, 65_535),
                    number(Name.MANAGEMENT_PORT, 0, 65_535),
                    peers(),
                    longNumber(Name.DRAIN_MILLIS, 0, 600_000),
                    syncAlways(),
                    mapMib * MIB,
                    Math.max(mapMib, longNumber(Name.STORE_MAX_MAP_MIB, 1, 1L << 26)) * MIB,
                    longNumber(Name.STORE_MIN_FREE_MIB, 0, 1L << 30) * MIB,
                    number(Name.APPLY_BATCH_ENTRIES, 1, 8_192),
                    longNumber(Name.SNAPSHOT_EVERY_ENTRIES, 1, 100_000_000),
                    longNumber(Name.SNAPSHOT_KEEP_ENTRIES, 1, Integer.MAX_VALUE),
                    longNumber(Name.GC_RETENTION_SECONDS, 0, 100L * 365 * 24 * 3600),
                    longNumber(Name.GC_INTERVAL_SECONDS, 1, 86_400),
                    readLease(),
                    limits,
                    leaseLimits(),
                    watchLimits(),
                    failpoints());
            refuseProblems();
            return settings;
        }

        private LeaseLimits leaseLimits() {
            long minTtl = longNumber(Name.LEASE_MIN_TTL_SECONDS, 1, LeaseLimits.HIGHEST_TTL_SECONDS);
            return new LeaseLimits(
                    minTtl,
                    Math.max(minTtl, longNumber(Name.LEASE_MAX_TTL_SECONDS, 1, LeaseLimits.HIGHEST_TTL_SECONDS)),
                    number(Name.LEASE_MAX_LEASES, 1, 10_000_000),
                    number(Name.LEASE_MAX_KEYS, 1, LeaseLimits.HIGHEST_KEYS_PER_LEASE));
        }

        private WatchLimits watchLimits() {
            int bufferBytes = number(Name.WATCH_BUFFER_BYTES, 1024, 256 * (int) MIB);
            return new WatchLimits(
                    number(Name.WATCH_WATCHES, 1, 1_000_000),
                    number(Name.WATCH_PER_CONNECTION, 1, 1_000_000),
                    bufferBytes,
                    longNumber(Name.WATCH_TOTAL_BYTES, bufferBytes, 1L << 36),
                    longNumber(Name.WATCH_STALL_MILLIS, 100, 3_600_000));
        }

        void refuseProblems() {
            if (!problems.isEmpty()) {
                throw new SettingsException(problems);
            }
        }

        Map<Failpoint, Plan> failpoints() {
            return FailpointSyntax.parse(Name.FAILPOINTS.key, raw(Name.FAILPOINTS), problems);
        }

        private void findUnknown(
                Map<String, String> source, Predicate<String> isOurs, Function<Name, String> spelling) {
            var known = List.of(Name.values()).stream().map(spelling).toList();
            source.keySet().stream()
                    .filter(isOurs)
                    .filter(name -> !known.contains(name))
                    .sorted()
                    .forEach(name -> problems.add(name + " is no setting; docs/operations.md lists them all"));
        }

        private String raw(Name name) {
            String property = properties.get(name.key);
            return property != null ? property : environment.getOrDefault(name.variable(), name.defaultValue);
        }

        private String text(Name name) {
            String text = raw(name);
            if (text.isBlank()) {
                problems.add(name.key + " is empty; its default is " + name.defaultValue);
                return name.defaultValue;
            }
            return text.strip();
        }

        private int number(Name name, int least, int most) {
            return (int) longNumber(name, least, most);
        }

        private long longNumber(Name name, long least, long most) {
            String text = text(name);
            try {
                long value = Long.parseLong(text);
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException notANumber) {
                // Reported below together with the range.
            }
            problems.add(name.key + " is '" + text + "'; it must be a whole number from " + least + " to " + most);
            return Long.parseLong(name.defaultValue);
        }

        private String nodeId() {
            String text = text(Name.NODE_ID);
            if (!NodeIdentity.isNodeId(text)) {
                problems.add(Name.NODE_ID.key + " is '" + text + "'; it has 1 to 64 letters, digits, - and _");
            }
            return text;
        }

        private List<PeerAddress> peers() {
            var peers = new ArrayList<PeerAddress>();
            for (String peer : raw(Name.PEERS).split(",", -1)) {
                if (!peer.isBlank()) {
                    try {
                        peers.add(PeerAddress.parse(peer));
                    } catch (IllegalArgumentException wrong) {
                        problems.add(Name.PEERS.key + ": " + wrong.getMessage());
                    }
                }
            }
            checkPeers(peers);
            return List.copyOf(peers);
        }

        private void checkPeers(List<PeerAddress> peers) {
            if (peers.stream().map(PeerAddress::nodeId).distinct().count() < peers.size()
                    || peers.stream().map(PeerAddress::authority).distinct().count() < peers.size()) {
                problems.add(Name.PEERS.key + " names a node or an address twice");
            }
            String self = raw(Name.NODE_ID).strip();
            if (!peers.isEmpty()
                    && peers.stream().noneMatch(peer -> peer.nodeId().equals(self))) {
                problems.add(Name.PEERS.key + " does not name this node (" + self + "); add it, or correct "
                        + Name.NODE_ID.key);
            }
        }

        private boolean readLease() {
            String text = text(Name.READ_LEASE);
            if (!List.of("true", "false").contains(text)) {
                problems.add(Name.READ_LEASE.key + " is '" + text + "'; it is true or false");
            }
            return text.equals("true");
        }

        private boolean syncAlways() {
            String text = text(Name.STORE_SYNC);
            if (!List.of("meta-deferred", "always").contains(text)) {
                problems.add(Name.STORE_SYNC.key + " is '" + text + "'; it is meta-deferred or always");
            }
            return text.equals("always");
        }
    }
}
