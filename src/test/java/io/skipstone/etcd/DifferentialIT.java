package io.skipstone.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.skipstone.api.etcd.v3.CompactionRequest;
import io.skipstone.api.etcd.v3.DeleteRangeRequest;
import io.skipstone.api.etcd.v3.LeaseRevokeRequest;
import io.skipstone.api.etcd.v3.PutRequest;
import io.skipstone.api.etcd.v3.RangeRequest;
import io.skipstone.api.etcd.v3.WatchCreateRequest;
import io.skipstone.api.etcd.v3.WatchCreateRequest.FilterType;
import io.skipstone.etcd.Side.Answer;
import io.skipstone.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same requests to etcd and to Skipstone, by chance from a seed: whatever they say must be the same, field by field, and so must what
 * their watches tell. What may differ is {@link AcceptedDifference}, and must differ.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DifferentialIT {
    private static final boolean REFERENCE = Boolean.getBoolean("skipstone.etcd.reference");
    private static final int STEPS = 250;
    private static final int MOST_WATCHES = 6;
    private static final ByteString FIRST_KEY = ByteString.copyFromUtf8("\0");
    private static final ByteString ANY = ByteString.copyFromUtf8("a");
    private static final Message ALL_KEYS_GO = DeleteRangeRequest.newBuilder()
            .setKey(FIRST_KEY)
            .setRangeEnd(FIRST_KEY)
            .build();
    private static final int HISTORY = 30;

    @TempDir
    private static Path dir;

    private static final List<AutoCloseable> servers = new ArrayList<>();
    private static Side etcd;
    private static Side skipstone;

    @BeforeAll
    static void start() throws IOException {
        assumeThat(RealEtcd.isInstalled())
                .as("etcd is not installed: without it there is nothing to compare with, and this test is skipped")
                .isTrue();
        RealEtcd reference = RealEtcd.start(Files.createDirectory(dir.resolve("etcd")), 1);
        servers.add(reference);
        etcd = new Side("etcd", reference.endpoint(0));
        servers.add(etcd);
        skipstone = new Side("Skipstone", startSubject());
        servers.add(skipstone);
    }

    /** With the reference on both sides the test shows that it does not find differences where none are. */
    private static String startSubject() throws IOException {
        if (REFERENCE) {
            RealEtcd another = RealEtcd.start(Files.createDirectory(dir.resolve("another")), 1);
            servers.add(another);
            return another.endpoint(0);
        }
        // Compaction is the script's business.
        var server = ServerProcess.start(dir.resolve("skipstone"), Map.of("SKIPSTONE_GC_RETENTION_SECONDS", "0"));
        servers.add(server);
        return "127.0.0.1:" + server.ports().client();
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each : servers.reversed()) {
            each.close();
        }
    }

    static LongStream seeds() {
        Long named = Long.getLong("skipstone.seed");
        return named == null
                ? LongStream.rangeClosed(1, Integer.getInteger("skipstone.seeds", 6))
                : LongStream.of(named);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void answersAsEtcdDoes(long seed) throws Exception {
        try (var run = new Run(seed)) {
            run.go();
        }
    }

    /** Those that a single request shows. */
    private static Stream<AcceptedDifference> shownByARequest() {
        return Stream.of(AcceptedDifference.values())
                .filter(difference -> difference.request().isPresent());
    }

    @ParameterizedTest
    @MethodSource("shownByARequest")
    void acceptedDifferencesAreStillThere(AcceptedDifference difference) throws Exception {
        assumeThat(REFERENCE).as("etcd does not differ from itself").isFalse();
        try (var run = new Run(0)) {
            run.begin();
            Message request = difference.request().orElseThrow();
            assertThat(skipstone.ask(request).text())
                    .as("%s: if it is gone, take it from the list", difference)
                    .isNotEqualTo(etcd.ask(request).text());
        } finally {
            align();
        }
    }

    /** What one carried out and the other refused has put them apart. */
    private static void align() {
        for (Side side : List.of(etcd, skipstone)) {
            side.ask(LeaseRevokeRequest.newBuilder()
                    .setID(AcceptedDifference.LEASE)
                    .build());
            side.ask(ALL_KEYS_GO);
        }
        Message look = RangeRequest.newBuilder().setKey(ANY).build();
        Message step = PutRequest.newBuilder().setKey(ANY).build();
        long behind = etcd.ask(look).revision() - skipstone.ask(look).revision();
        for (Side side : List.of(etcd, skipstone)) {
            side.ask(step);
        }
        for (; behind > 0; behind--) {
            skipstone.ask(step);
        }
        for (; behind < 0; behind++) {
            etcd.ask(step);
        }
    }

    /** One seed, from an empty store with a little history on. */
    private static final class Run implements AutoCloseable {
        private final String name;
        private final Script script;
        private final WatchLog etcdWatches = etcd.watch();
        private final WatchLog skipstoneWatches = skipstone.watch();
        private final Map<Long, WatchCreateRequest> watches = new TreeMap<>();
        private final List<Long> ended = new ArrayList<>();
        private long revision;
        private long compacted;
        private int step;

        Run(long seed) {
            this.name = "-Dskipstone.seed=" + seed;
            this.script = new Script(seed);
        }

        void go() {
            begin();
            for (step = 1; step <= STEPS; step++) {
                if (watches.size() < MOST_WATCHES && script.chance(5)) {
                    watch(watches.size() + 1);
                } else if (script.chance(1) && !watches.isEmpty()) {
                    cancel(1 + script.upTo(watches.size()));
                } else {
                    request(script.next(revision));
                }
            }
            compareWatches();
        }

        /** Whatever the seeds before have left. */
        void begin() {
            both(ALL_KEYS_GO);
            for (long lease = 1; lease <= Script.LEASES; lease++) {
                both(LeaseRevokeRequest.newBuilder().setID(lease).build());
            }
            for (int i = 0; i < HISTORY; i++) {
                both(PutRequest.newBuilder().setKey(ANY).build());
            }
            compact(CompactionRequest.newBuilder()
                    .setRevision(revision - HISTORY / 2)
                    .build());
            both(RangeRequest.newBuilder()
                    .setKey(FIRST_KEY)
                    .setRangeEnd(FIRST_KEY)
                    .build());
        }

        private void request(Message request) {
            if (request instanceof CompactionRequest compaction) {
                // Whether an event has its value of before depends on whether it was told before the compaction.
                compareWatches();
                compact(compaction);
            } else {
                both(request);
            }
        }

        private void compact(CompactionRequest compaction) {
            if (both(compaction).revision() > 0) {
                compacted = compaction.getRevision();
            }
        }

        private Answer both(Message request) {
            Answer expected = etcd.ask(request);
            Answer found = skipstone.ask(request);
            if (!AcceptedDifference.areFlawsOf(request, expected.text(), found.text())) {
                assertThat(found.text())
                        .as(
                                "%s, step %s, revision %s, compacted at %s: %s\n%s",
                                name,
                                step,
                                revision,
                                compacted,
                                request.getDescriptorForType().getName(),
                                request)
                        .isEqualTo(expected.text());
            }
            revision = Math.max(revision, expected.revision());
            return expected;
        }

        private void watch(long watchId) {
            WatchCreateRequest create = script.watch(watchId, revision, compacted);
            watches.put(watchId, create);
            etcdWatches.create(create);
            skipstoneWatches.create(create);
            etcdWatches.awaitCreated(watchId);
            skipstoneWatches.awaitCreated(watchId);
            boolean refused = create.getStartRevision() > 0 && create.getStartRevision() < compacted;
            if (refused || etcdWatches.isCanceled(watchId)) {
                etcdWatches.awaitCanceled(watchId);
                skipstoneWatches.awaitCanceled(watchId);
                ended.add(watchId);
            }
        }

        private void cancel(long watchId) {
            if (ended.contains(watchId)) {
                return;
            }
            compareWatches();
            ended.add(watchId);
            etcdWatches.cancel(watchId);
            skipstoneWatches.cancel(watchId);
            etcdWatches.awaitCanceled(watchId);
            skipstoneWatches.awaitCanceled(watchId);
        }

        /** Something is written that each watch must tell, so that all before it has been told. */
        private void compareWatches() {
            watches.forEach((watchId, create) -> {
                if (!ended.contains(watchId)) {
                    long told = writeFor(create);
                    etcdWatches.awaitRevision(watchId, told);
                    skipstoneWatches.awaitRevision(watchId, told);
                }
                assertThat(skipstoneWatches.said(watchId))
                        .as("%s, step %s, revision %s, watch %s", name, step, revision, create)
                        .isEqualTo(etcdWatches.said(watchId));
            });
        }

        private long writeFor(WatchCreateRequest watch) {
            do {
                both(PutRequest.newBuilder().setKey(watch.getKey()).build());
                if (watch.getFiltersList().contains(FilterType.NOPUT)) {
                    both(DeleteRangeRequest.newBuilder().setKey(watch.getKey()).build());
                }
            } while (revision < watch.getStartRevision());
            return revision;
        }

        @Override
        public void close() {
            etcdWatches.close();
            skipstoneWatches.close();
        }
    }
}
