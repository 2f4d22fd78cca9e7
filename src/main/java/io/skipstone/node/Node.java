package io.skipstone.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.skipstone.command.Command;
import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Outcome;
import io.skipstone.command.RangeRead;
import io.skipstone.command.StepResult;
import io.skipstone.consensus.Admin;
import io.skipstone.consensus.Cluster;
import io.skipstone.consensus.FailStop;
import io.skipstone.consensus.Leases;
import io.skipstone.consensus.Proposer;
import io.skipstone.consensus.Reader;
import io.skipstone.model.Consistency;
import io.skipstone.model.ExitCode;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Leaving;
import io.skipstone.model.Membership;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.Position;
import io.skipstone.model.ReadAt;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.StatusSource;
import io.skipstone.model.StoreRoom;
import io.skipstone.model.StoreRoomSource;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.ArtifactMaker.Lease;
import io.skipstone.snapshot.ArtifactMaker.Making;
import io.skipstone.snapshot.ArtifactSource;
import io.skipstone.watch.Watch;
import io.skipstone.watch.WatchSpec;
import io.skipstone.watch.Watches;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * This node as the other rooms meet it, from the first moment of the process to the last: while it starts and after it has
 * stopped, requests are answered {@link NotReady}.
 *
 * <p>Told to stop, it {@link #leave leaves} first: it is no longer ready, hands the lead over, and still answers everybody until the
 * framework has closed the doors.
 */
@Singleton
public class Node
        implements Proposer,
                Reader,
                Admin,
                Cluster,
                Leases,
                ArtifactSource,
                Watches,
                StatusSource,
                StoreRoomSource,
                Leaving {
    private static final Logger LOG = Logger.getLogger(Node.class);

    private final Settings settings;
    private final Metrics metrics;
    private final FailStop failStop = new ProcessFailStop();
    private final StartTracker tracker = new StartTracker();

    /** Moves forward only: starting, serving, stopped. Guarded by this for writes. */
    private volatile Life life =
            new Life.Starting(Thread.ofPlatform().name("node-start").unstarted(this::start));

    /** Done when this node has left, as far as others need it for that; never, if it is not told to before it stops. */
    private final CompletableFuture<Void> left = new CompletableFuture<>();

    private volatile Optional<StopSignal> stopSignal = Optional.empty();

    private volatile boolean leaving;

    public Node(Settings settings, MeterRegistry registry) {
        this.settings = settings;
        this.metrics = new Metrics(registry);
    }

    /** Where the node is in its life; what exists only in one state lives in that state. */
    private sealed interface Life {
        /** {@code thread} may be interrupted while it waits for other nodes. */
        record Starting(Thread thread) implements Life {}

        record Serving(RunningNode running) implements Life {}

        record Stopped() implements Life {}
    }

    void onStart(@Observes StartupEvent event) {
        Startup.armFailpoints(settings.failpoints());
        metrics.raft(this);
        stopSignal = Optional.of(StopSignal.listen(this::leave));
        // On a thread of its own, so that the probes answer while a start takes long.
        if (life instanceof Life.Starting(var thread)) {
            thread.start();
        }
    }

    void onStop(@Observes ShutdownEvent event) {
        stopSignal.ifPresent(StopSignal::close);
        stop();
    }

    /** Returns when the lead is handed over, or cannot be. */
    void leave() {
        leaving = true;
        if (life instanceof Life.Serving(var running)) {
            running.handOver();
            running.drainWatches();
        }
        left.complete(null);
    }

    @Override
    public boolean isLeaving() {
        return leaving;
    }

    private void start() {
        try {
            begin(RunningNode.start(settings, metrics, failStop, tracker));
        } catch (StartupException refused) {
            Startup.refuse(refused, life instanceof Life.Stopped);
        } catch (RuntimeException | Error failure) {
            LOG.error("node cannot start", failure);
            Startup.exit(ExitCode.FAILED);
        }
    }

    private synchronized void begin(RunningNode running) {
        switch (life) {
            case Life.Starting _ -> life = new Life.Serving(running);
            // The process was told to stop while the node started.
            case Life.Serving _, Life.Stopped _ -> running.stop();
        }
    }

    private void stop() {
        if (leaving) {
            left.completeOnTimeout(null, StopLimits.HANDOVER_MILLIS, TimeUnit.MILLISECONDS)
                    .join();
        }
        end();
    }

    private synchronized void end() {
        Life before = life;
        life = new Life.Stopped();
        switch (before) {
            case Life.Starting(var thread) -> thread.interrupt();
            case Life.Serving(var running) -> running.stop();
            case Life.Stopped _ -> {}
        }
    }

    @Override
    public CompletionStage<Outcome> propose(Command command, Once once) {
        return whenServing(running -> running.proposer().propose(command, once));
    }

    @Override
    public CompletionStage<Answer<Optional<KeyValue>>> get(Key key, ReadAt at, Consistency consistency) {
        return whenServing(running -> running.reader().get(key, at, consistency));
    }

    @Override
    public CompletionStage<Answer<ScanPage>> scan(ScanQuery query, ReadAt at, Consistency consistency) {
        return whenServing(running -> running.reader().scan(query, at, consistency));
    }

    @Override
    public CompletionStage<Answer<Long>> count(KeyRange range, ReadAt at, Consistency consistency) {
        return whenServing(running -> running.reader().count(range, at, consistency));
    }

    @Override
    public CompletionStage<Answer<StepResult.Rows>> range(RangeRead range, int maxBytes, Consistency consistency) {
        return whenServing(running -> running.reader().range(range, maxBytes, consistency));
    }

    @Override
    public CompletionStage<Answer<List<StepResult>>> nested(NestedTxn readOnly, int maxBytes, Consistency consistency) {
        return whenServing(running -> running.reader().nested(readOnly, maxBytes, consistency));
    }

    @Override
    public CompletionStage<Answer<Optional<Timestamp>>> latestCommit(Key key, Consistency consistency) {
        return whenServing(running -> running.reader().latestCommit(key, consistency));
    }

    @Override
    public CompletionStage<Answer<Optional<GrantedLease>>> lease(long id, Consistency consistency) {
        return whenServing(running -> running.reader().lease(id, consistency));
    }

    @Override
    public CompletionStage<Answer<List<GrantedLease>>> leases(long afterId, int limit, Consistency consistency) {
        return whenServing(running -> running.reader().leases(afterId, limit, consistency));
    }

    @Override
    public CompletionStage<Answer<List<Key>>> leaseKeys(long id, int limit, long maxBytes, Consistency consistency) {
        return whenServing(running -> running.reader().leaseKeys(id, limit, maxBytes, consistency));
    }

    @Override
    public CompletionStage<Alive> keepAlive(long id) {
        return whenServing(running -> running.leases().keepAlive(id));
    }

    @Override
    public CompletionStage<Alive> timeToLive(long id) {
        return whenServing(running -> running.leases().timeToLive(id));
    }

    @Override
    public CompletionStage<Position> pin() {
        return whenServing(running -> running.admin().pin());
    }

    @Override
    public CompletionStage<Membership> members() {
        return whenServing(running -> running.cluster().members());
    }

    @Override
    public CompletionStage<Membership> add(PeerAddress joiner) {
        return whenServing(running -> running.cluster().add(joiner));
    }

    @Override
    public CompletionStage<Membership> promote(String nodeId) {
        return whenServing(running -> running.cluster().promote(nodeId));
    }

    @Override
    public CompletionStage<Membership> remove(String nodeId) {
        return whenServing(running -> running.cluster().remove(nodeId));
    }

    @Override
    public CompletionStage<Membership> transferLeadership(Optional<String> to) {
        return whenServing(running -> running.cluster().transferLeadership(to));
    }

    @Override
    public CompletionStage<Lease> request(Duration maxAge) {
        return whenServing(running -> running.artifacts().request(maxAge));
    }

    @Override
    public CompletionStage<Watch> watch(WatchSpec spec, Runnable ready) {
        return whenServing(running -> running.watches().watch(spec, ready));
    }

    @Override
    public Optional<Lease> lease(String id) {
        return switch (life) {
            case Life.Serving(var running) -> running.artifacts().lease(id);
            case Life.Starting _ -> throw starting();
            case Life.Stopped _ -> throw stopping();
        };
    }

    @Override
    public Optional<Making> making() {
        return life instanceof Life.Serving(var running) ? running.artifacts().making() : Optional.empty();
    }

    @Override
    public NodeStatus status() {
        return switch (life) {
            case Life.Serving(var running) -> leaving ? running.status().leaving() : running.status();
            case Life.Starting _ ->
                Startup.statusWithout(settings.nodeId(), NodeStatus.Phase.STARTING, tracker.progress());
            case Life.Stopped _ ->
                Startup.statusWithout(settings.nodeId(), NodeStatus.Phase.STOPPED, tracker.progress());
        };
    }

    @Override
    public long term() {
        return life instanceof Life.Serving(var running) ? running.term() : status().term();
    }

    @Override
    public Optional<StoreRoom> storeRoom() {
        return life instanceof Life.Serving(var running) ? running.room().storeRoom() : Optional.empty();
    }

    private <T> CompletionStage<T> whenServing(Function<RunningNode, CompletionStage<T>> work) {
        return switch (life) {
            case Life.Serving(var running) -> work.apply(running);
            case Life.Starting _ -> CompletableFuture.failedStage(starting());
            case Life.Stopped _ -> CompletableFuture.failedStage(stopping());
        };
    }

    private static NotReady starting() {
        return new NotReady("the node is starting; repeat the request in a moment");
    }

    private static NotReady stopping() {
        return new NotReady("the node is stopping; ask another node, or repeat when it is back");
    }
}
