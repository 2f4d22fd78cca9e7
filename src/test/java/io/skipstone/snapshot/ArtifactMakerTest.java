package io.skipstone.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.model.Failpoints.Action;
import io.skipstone.model.Failpoints.InjectedFailure;
import io.skipstone.model.Failpoints.Plan;
import io.skipstone.model.Position;
import io.skipstone.model.SkipstoneException;
import io.skipstone.snapshot.ArtifactMaker.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactMakerTest {
    private static final Duration ANY_AGE = Duration.ofDays(1);

    /** After so long a request that is never answered fails its test. */
    private static final int WAIT_SECONDS = 20;

    @TempDir
    private Path root;

    private final AtomicLong nanos = new AtomicLong(1);
    private final AtomicBoolean holdNext = new AtomicBoolean();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private CopiedStore source;
    private ArtifactMaker maker;

    @BeforeEach
    void open() throws IOException {
        source = new CopiedStore(root).write(1, 50);
        maker = new ArtifactMaker(source.store(), source.settings(), this::timeOfDay, nanos::get);
    }

    /** The worker asks for it when a copy is synced: there a test can hold it. */
    private long timeOfDay() {
        if (holdNext.compareAndSet(true, false)) {
            held.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return CopiedStore.MADE_AT_MILLIS;
    }

    @AfterEach
    void close() {
        release();
        Failpoints.arm(Map.of());
        maker.close();
        source.close();
    }

    @Nested
    class Freshness {
        @Test
        void everythingBeforeTheRequestIsInTheArtifact() {
            for (int index = 51; index <= 55; index++) {
                source.write(index, index);
                try (Lease lease = request(Duration.ZERO)) {
                    assertThat(appliedIndex(lease)).isEqualTo(index);
                    lease.artifact().verify(CopyProgress.UNSEEN);
                }
            }
        }

        @Test
        void anOlderCopyServesWhoAllowsItsAge() {
            request(Duration.ZERO).close();
            source.write(51, 51);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(60));

            try (Lease older = request(Duration.ofSeconds(60));
                    Lease newer = request(Duration.ofSeconds(59))) {
                assertThat(appliedIndex(older)).isEqualTo(50);
                assertThat(appliedIndex(newer)).isEqualTo(51);
            }
        }

        /** Requests that come while a copy runs wait for the next one, and share it. */
        @Test
        void aCopyUnderWayServesNobodyWhoCameLater() {
            CompletableFuture<Lease> first = requestAndHold();
            source.write(51, 51);
            CompletableFuture<Lease> second = ask(Duration.ZERO);
            CompletableFuture<Lease> third = ask(Duration.ZERO);
            CompletableFuture<Lease> patient = ask(ANY_AGE);
            release();

            assertThat(appliedIndex(first.join())).isEqualTo(50);
            assertThat(appliedIndex(patient.join())).isEqualTo(50);
            assertThat(appliedIndex(second.join())).isEqualTo(51);
            assertThat(second.join().artifact().id())
                    .isEqualTo(third.join().artifact().id());
            assertThat(names()).containsExactly("made-1", "made-2");
            Stream.of(first, second, third, patient)
                    .map(CompletableFuture::join)
                    .forEach(Lease::close);
        }

        @Test
        void aStoreThatNeverTookAnEntryHasNothingToCopy() throws IOException {
            Path other = Files.createDirectory(root.resolve("other"));
            try (var empty = new CopiedStore(other);
                    var itsMaker = empty.maker()) {
                assertThatThrownBy(() -> join(itsMaker.request(Duration.ZERO).toCompletableFuture()))
                        .isInstanceOf(SkipstoneException.NotReady.class);
            }
        }
    }

    @Nested
    class Keeping {
        @Test
        void deletesWhatNobodyUsesForTheNamedTime() {
            request(Duration.ZERO).close();
            nanos.addAndGet(ArtifactMaker.IDLE.toNanos() - 1);
            maker.sweep();
            assertThat(names()).containsExactly("made-1");

            nanos.addAndGet(1);
            maker.sweep();

            assertThat(names()).isEmpty();
        }

        @Test
        void neverDeletesWhatIsLeased() {
            Lease lease = request(Duration.ZERO);
            String id = lease.artifact().id();
            nanos.addAndGet(ArtifactMaker.IDLE.toNanos() * 2);
            maker.sweep();
            assertThat(names()).containsExactly("made-1");

            lease.close();
            lease.close();
            maker.sweep();
            assertThat(maker.lease(id)).as("the time counts from the last use").isPresent();
            maker.lease(id).orElseThrow().close();
        }

        @Test
        void aDownloadThatWasCutOffFindsItsArtifactAgain() {
            Lease first = request(Duration.ZERO);
            String id = first.artifact().id();
            first.close();
            request(Duration.ZERO).close();

            try (Lease again = maker.lease(id).orElseThrow()) {
                assertThat(again.artifact().id()).isEqualTo(id);
            }
            assertThat(maker.lease("50-00000000")).isEmpty();
        }

        @Test
        void keepsFewThatNobodyUses() {
            List<Lease> leases = new ArrayList<>();
            for (int n = 0; n < 4; n++) {
                leases.add(request(Duration.ZERO));
                nanos.incrementAndGet();
            }
            maker.sweep();
            assertThat(names()).hasSize(4);

            leases.forEach(Lease::close);
            maker.sweep();

            assertThat(names()).containsExactly("made-3", "made-4");
        }

        /** Readers come and go while the sweeper deletes all it may: nobody loses what he reads. */
        @Test
        void leasesAndDeletionsDoNotMeet() {
            var done = new AtomicBoolean();
            try (var threads = Executors.newCachedThreadPool()) {
                var sweeping = CompletableFuture.runAsync(
                        () -> {
                            while (!done.get()) {
                                nanos.addAndGet(ArtifactMaker.IDLE.toNanos());
                                maker.sweep();
                            }
                        },
                        threads);
                List<CompletableFuture<Void>> readers = Stream.generate(
                                () -> CompletableFuture.runAsync(this::readSome, threads))
                        .limit(4)
                        .toList();

                try {
                    readers.forEach(CompletableFuture::join);
                } finally {
                    done.set(true);
                }
                sweeping.join();
            }

            nanos.addAndGet(ArtifactMaker.IDLE.toNanos());
            maker.sweep();
            assertThat(names()).isEmpty();
        }

        private void readSome() {
            for (int n = 0; n < 10; n++) {
                try (Lease lease = request(ANY_AGE)) {
                    lease.artifact().verify(CopyProgress.UNSEEN);
                    assertThat(names()).isNotEmpty();
                }
            }
        }

        @Test
        void theStartDeletesLeftoversAndNoFileOfAnOperator() throws IOException {
            maker.close();
            Path directory = root.resolve("artifact");
            Files.writeString(Files.createDirectory(directory.resolve("made-9")).resolve("data.mdb"), "half");
            Files.createDirectory(directory.resolve("made-10.tmp"));
            Files.writeString(directory.resolve("backup.skip"), "of an operator");

            try (var again = source.maker()) {
                assertThat(names()).containsExactly("backup.skip");
                assertThat(again.making()).isEmpty();
            }
        }
    }

    @Nested
    class Failing {
        @Test
        void leavesNothingBehindWhereverItIsCutOff() {
            for (Failpoint point : Failpoint.values()) {
                if (point.id().startsWith("artifact.")) {
                    Failpoints.arm(Map.of(point, new Plan(new Action.Throw(), 1)));

                    assertThatThrownBy(() -> request(Duration.ZERO))
                            .as(point.id())
                            .isInstanceOf(InjectedFailure.class);

                    assertThat(names()).as(point.id()).isEmpty();
                    request(Duration.ZERO).close();
                    nanos.addAndGet(ArtifactMaker.IDLE.toNanos());
                    maker.sweep();
                }
            }
        }

        @Test
        void saysWhenTheDiskHasNoRoom() throws IOException {
            var settings = new ArtifactMaker.Settings(root.resolve("artifact2"), "n7", "0.1.0", Long.MAX_VALUE / 2);
            try (var full = new ArtifactMaker(source.store(), settings, () -> 0)) {
                assertThatThrownBy(() -> join(full.request(Duration.ZERO).toCompletableFuture()))
                        .isInstanceOf(SkipstoneException.OutOfSpace.class);
            }
            assertThat(root.resolve("artifact2")).isEmptyDirectory();
        }

        @Test
        void refusesMoreThanMayWait() {
            CompletableFuture<Lease> first = requestAndHold();
            List<CompletableFuture<Lease>> others = Stream.generate(() -> ask(Duration.ZERO))
                    .limit(ArtifactMaker.MAX_WAITING - 1)
                    .toList();

            assertThatThrownBy(() -> request(Duration.ZERO)).isInstanceOf(SkipstoneException.Overloaded.class);

            release();
            first.join().close();
            others.forEach(other -> other.join().close());
        }

        @Test
        void refusesMoreCopiesThanMayBeReadAtATime() {
            List<Lease> read = LongStream.generate(nanos::incrementAndGet)
                    .limit(ArtifactMaker.MAX_IN_USE)
                    .mapToObj(_ -> request(Duration.ZERO))
                    .toList();

            assertThatThrownBy(() -> request(Duration.ZERO)).isInstanceOf(SkipstoneException.Overloaded.class);

            read.getFirst().close();
            request(Duration.ZERO).close();
            read.forEach(Lease::close);
        }

        @Test
        void tellsThoseWhoWaitWhenTheNodeStops() {
            CompletableFuture<Lease> first = requestAndHold();
            CompletableFuture<Lease> second = ask(Duration.ZERO);
            var closing = CompletableFuture.runAsync(maker::close);

            assertThatThrownBy(() -> join(second)).isInstanceOf(SkipstoneException.NotReady.class);
            release();
            first.join().close();
            closing.join();

            assertThatThrownBy(() -> request(Duration.ZERO)).isInstanceOf(SkipstoneException.NotReady.class);
            assertThat(names()).isEmpty();
        }
    }

    @Nested
    class Progress {
        @Test
        void isSeenWhileACopyIsUnderWay() {
            assertThat(maker.making()).isEmpty();
            CompletableFuture<Lease> first = requestAndHold();

            ArtifactMaker.Making making = maker.making().orElseThrow();

            assertThat(making.doneBytes()).isPositive();
            assertThat(making.totalBytes()).isGreaterThanOrEqualTo(making.doneBytes());
            release();
            first.join().close();
            await().until(() -> maker.making().isEmpty());
        }
    }

    /** Asks for an artifact, and returns when its copy is written and synced; it gets no further until {@link #release}. */
    private CompletableFuture<Lease> requestAndHold() {
        holdNext.set(true);
        CompletableFuture<Lease> request = ask(Duration.ZERO);
        await().until(() -> held.getCount() == 0);
        return request;
    }

    private void release() {
        released.countDown();
    }

    private CompletableFuture<Lease> ask(Duration maxAge) {
        return maker.request(maxAge).toCompletableFuture().orTimeout(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    private Lease request(Duration maxAge) {
        return join(ask(maxAge));
    }

    private static Lease join(CompletableFuture<Lease> future) {
        try {
            return future.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    private static long appliedIndex(Lease lease) {
        Position applied = lease.artifact().manifest().contents().applied();
        return applied.index();
    }

    private List<String> names() {
        try (Stream<Path> entries = Files.list(root.resolve("artifact"))) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
