package io.skipstone.consensus.install;

import com.google.protobuf.ByteString;
import io.skipstone.consensus.peer.PeerChannels;
import io.skipstone.model.Position;
import io.skipstone.snapshot.ArtifactException;
import io.skipstone.snapshot.ArtifactStage;
import io.skipstone.snapshot.Manifest;
import io.skipstone.snapshot.StoreExchange;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Installs a store of another member: fetches it, makes it durable, has it adopted, and clears the old one away. One at a time, on a
 * thread of its own.
 *
 * <p>When an install is published the next start takes it, whatever this process still does; so from there it is finished or the process
 * ends.
 */
public final class Installer implements AutoCloseable {
    /** After an install that failed, so long until the next one may begin. */
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 2_000;

    /** Longest time from the publication to the moment in which the node uses the store. */
    private static final long ADOPT_MILLIS = 60_000;

    /** So often Ratis is told again. */
    private static final long TELL_EVERY_MILLIS = 200;

    private static final long CLOSE_WAIT_MILLIS = 10_000;

    private static final System.Logger LOG = System.getLogger(Installer.class.getName());

    private final StoreExchange exchange;
    private final ByteString group;
    private final ArtifactPeers peers;
    private final Host host;
    private final InstallProgress progress = new InstallProgress();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("install").daemon().factory());

    private volatile Optional<StoreFetch> fetching = Optional.empty();
    private volatile CountDownLatch adopted = new CountDownLatch(0);

    /** What an install needs of the node around it. On the install thread. */
    public interface Host {
        /** Makes durable what Ratis has written beside the log: the vote, before the log goes. */
        void syncVote() throws IOException;

        /**
         * Has Ratis go on with a store that is published: it calls back for its adoption.
         *
         * @return whether it does; repeated until then
         */
        boolean tellRatis() throws IOException;

        /** The node uses the new store. */
        void installed(Position at, long bytes, long nanos);

        /** Nobody knows what is on the disk, or the node cannot go on as it is: ends the process; its next start finds out. */
        void halt(String why, Throwable cause);
    }

    public Installer(StoreExchange exchange, ByteString group, PeerChannels channels, Host host) {
        this(exchange, group, ArtifactPeers.over(channels), host);
    }

    Installer(StoreExchange exchange, ByteString group, ArtifactPeers peers, Host host) {
        this.exchange = exchange;
        this.group = group;
        this.peers = peers;
        this.host = host;
    }

    /**
     * Begins an install. Never blocks.
     *
     * @return where the published store stands, completed on the install thread; a failure leaves everything as it was
     */
    public CompletionStage<Position> install(Wanted wanted) {
        var answer = new CompletableFuture<Position>();
        try {
            thread.execute(() -> run(wanted, answer));
        } catch (RejectedExecutionException stopped) {
            answer.completeExceptionally(stopped);
        }
        return answer;
    }

    /** Puts the published store in the place of the one in use. On the apply thread. */
    public Position adopt() {
        return exchange.adopt();
    }

    /** Whether a store is published and not in use yet. Any thread. */
    public boolean isAdopting() {
        return adopted.getCount() > 0;
    }

    /** The store that was adopted is in use everywhere. On the apply thread. */
    public void adopted() {
        adopted.countDown();
    }

    public InstallProgress progress() {
        return progress;
    }

    private void run(Wanted wanted, CompletableFuture<Position> answer) {
        long begun = System.nanoTime();
        progress.begin();
        try {
            Published published = publish(wanted);
            adopted = new CountDownLatch(1);
            answer.complete(published.at);
            if (awaitAdoption(published.at)) {
                host.installed(published.at, published.bytes, System.nanoTime() - begun);
                retire();
            }
        } catch (SourceFailure | ArtifactException | IOException failure) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "no store was installed, the leader will ask again: " + failure.getMessage());
            pauseAfterFailure();
            answer.completeExceptionally(failure);
        } catch (InterruptedException stopped) {
            answer.completeExceptionally(stopped);
        } catch (RuntimeException | Error broken) {
            host.halt("an install failed: " + broken.getMessage(), broken);
            answer.completeExceptionally(broken);
        } finally {
            progress.end();
        }
    }

    private record Published(Position at, long bytes) {}

    private Published publish(Wanted wanted) throws SourceFailure, IOException, InterruptedException {
        try (var fetch = new StoreFetch(exchange, group, peers, wanted, progress)) {
            fetching = Optional.of(fetch);
            if (closing.getCount() == 0) {
                fetch.stop();
            }
            ArtifactStage stage = fetch.fetch();
            Manifest manifest = stage.manifest();
            if (manifest.contents().applied().index() < wanted.leastIndex()) {
                fetch.discard();
                throw new SourceFailure("the group went on while the store came; a newer one is needed");
            }
            host.syncVote();
            return new Published(publish(stage), manifest.data().lengthBytes());
        } finally {
            fetching = Optional.empty();
        }
    }

    private Position publish(ArtifactStage stage) {
        try {
            return exchange.publish(stage);
        } catch (ArtifactException failure) {
            if (failure.kind() == ArtifactException.Kind.UNREADABLE) {
                // It may have its name or not.
                throw new IllegalStateException("an installed store could not be published", failure);
            }
            throw failure;
        }
    }

    /** Returns whether it was adopted; false when the node stops. */
    private boolean awaitAdoption(Position at) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ADOPT_MILLIS);
        boolean told = false;
        while (System.nanoTime() < deadline) {
            told = told || tell();
            if (adopted.await(TELL_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                return true;
            }
            if (closing.getCount() == 0) {
                return false;
            }
        }
        throw new IllegalStateException("Ratis did not go on with the store at " + at + " that was installed");
    }

    private boolean tell() {
        try {
            return host.tellRatis();
        } catch (IOException notNow) {
            LOG.log(System.Logger.Level.DEBUG, "Ratis is told again", notNow);
            return false;
        }
    }

    private void retire() {
        try {
            exchange.retire();
        } catch (RuntimeException inUse) {
            LOG.log(System.Logger.Level.WARNING, "the old store stays until the next start", inUse);
        }
    }

    private void pauseAfterFailure() {
        try {
            var _ = closing.await(PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Breaks off what has not been published, and waits for the rest. */
    @Override
    public void close() {
        closing.countDown();
        fetching.ifPresent(StoreFetch::stop);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "an install is still under way; the next start clears it away");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
