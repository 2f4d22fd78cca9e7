package io.skipstone.node;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.skipstone.clock.HybridClock;
import io.skipstone.consensus.Observer;
import io.skipstone.model.Bytes;
import io.skipstone.model.ColdStart;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.Position;
import io.skipstone.model.StartProgress;
import io.skipstone.model.StatusSource;
import io.skipstone.store.StoreStats;
import io.skipstone.watch.WatchHub;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Everything that is counted, under names that stay stable; docs/operations.md explains each. */
final class Metrics implements Observer {
    private final MeterRegistry registry;
    private final Map<ProposalResult, Timer> proposals = new EnumMap<>(ProposalResult.class);
    private final DistributionSummary batchEntries;
    private final DistributionSummary batchBytes;
    private final Timer batchTime;
    private final Timer pinTime;
    private final Counter ceilings;
    private final Timer installTime;

    Metrics(MeterRegistry registry) {
        this.registry = registry;
        for (ProposalResult result : ProposalResult.values()) {
            proposals.put(
                    result,
                    Timer.builder("skipstone.proposals")
                            .description("Proposals from arrival to answer")
                            .tag("result", lower(result))
                            .publishPercentileHistogram()
                            .register(registry));
        }
        batchEntries = DistributionSummary.builder("skipstone.apply.batch.entries")
                .description("Log entries in one write transaction")
                .publishPercentileHistogram()
                .register(registry);
        batchBytes = DistributionSummary.builder("skipstone.apply.batch")
                .description("Bytes of log entries in one write transaction")
                .baseUnit("bytes")
                .register(registry);
        batchTime = Timer.builder("skipstone.apply.batch.time")
                .description("One write transaction, commit included")
                .publishPercentileHistogram()
                .register(registry);
        pinTime = Timer.builder("skipstone.pin.time")
                .description("One pin, forced sync included")
                .register(registry);
        installTime = Timer.builder("skipstone.install.time")
                .description("A store of another member, from the leader's word to its use")
                .register(registry);
        ceilings = Counter.builder("skipstone.clock.ceilings")
                .description("Log entries that raised the clock's ceiling")
                .register(registry);
    }

    @Override
    public void proposalFinished(ProposalResult result, long nanos) {
        var timer = proposals.get(result);
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void batchApplied(int entries, long bytes, long nanos) {
        batchEntries.record(entries);
        batchBytes.record((double) bytes);
        batchTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Not counted: the log says when the members change. */
    @Override
    public void configured(Position at, Bytes before, Bytes after) {}

    @Override
    public void ceilingRaised() {
        ceilings.increment();
    }

    @Override
    public void pinned(Position position, long nanos) {
        pinTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void installed(Position at, long bytes, long nanos) {
        installTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Counts the start once; its gap tells how far the store was behind the log. */
    void coldStart(String group, ColdStart start) {
        var outcome = Tags.of("group", group, "outcome", lower(start.outcome()));
        Counter.builder("skipstone.cold.start")
                .description("Starts of this process, by what the gate decided")
                .tags(outcome.and("reason", start.reason()))
                .register(registry)
                .increment();
        Gauge.builder("skipstone.cold.start.index.gap", start, it -> (double) it.replayed())
                .description("Log entries between the store and the end of the log at start")
                .tags(outcome)
                .strongReference(true)
                .register(registry);
        phase("open", start.phases().openMicros());
        phase("gate", start.phases().gateMicros());
        phase("repair", start.phases().repairMicros());
        phase("raft", start.phases().raftMicros());
    }

    private void phase(String phase, long micros) {
        Timer.builder("skipstone.cold.start.phase")
                .description("Phases of the start")
                .tag("phase", phase)
                .register(registry)
                .record(micros, TimeUnit.MICROSECONDS);
    }

    void raft(StatusSource source) {
        gauge("skipstone.raft.term", "Raft term", source, s -> (double) s.term());
        gauge("skipstone.raft.log.end", "Index of the last entry in the log", source, s -> (double) s.logEnd());
        gauge("skipstone.raft.log.start", "Index of the first entry in the log", source, s -> (double) s.logStart());
        gauge("skipstone.raft.committed", "Index of the last committed entry", source, s -> (double) s.committed());
        gauge("skipstone.raft.applied", "Index that the store holds", source, s -> index(s.applied()));
        gauge("skipstone.raft.pinned", "Index that survives a power loss", source, s -> index(s.pinned()));
        gauge("skipstone.revision", "Revision of the store", source, s -> (double) s.revision());
        gauge("skipstone.ready", "1 while the node may serve", source, s -> s.isReady() ? 1 : 0);
        gauge("skipstone.start.done", "Bytes or entries done in this phase of the start", source, s ->
                (double) s.progress().done());
        gauge("skipstone.start.total", "Bytes or entries to do in this phase of the start", source, s ->
                (double) s.progress().total());
        for (StartProgress.Phase phase : StartProgress.Phase.values()) {
            Gauge.builder(
                            "skipstone.start.phase",
                            source,
                            s -> s.status().progress().phase() == phase ? 1 : 0)
                    .description("1 for the phase that the start is in; ready from then on")
                    .tag("phase", lower(phase))
                    .strongReference(true)
                    .register(registry);
        }
        for (NodeStatus.Role role : NodeStatus.Role.values()) {
            Gauge.builder("skipstone.raft.role", source, s -> s.status().role() == role ? 1 : 0)
                    .description("1 for the role that the node has")
                    .tag("role", lower(role))
                    .strongReference(true)
                    .register(registry);
        }
    }

    /** The clock against the time of day and against its ceiling. */
    void clock(HybridClock clock) {
        Gauge.builder("skipstone.clock.ceiling.millis", clock, c -> (double) c.ceilingDistanceMillis())
                .description("Ceiling of the clock above the wall clock; below zero while idle")
                .strongReference(true)
                .register(registry);
        Gauge.builder("skipstone.clock.ahead.millis", clock, c -> (double) c.aheadMillis())
                .description("Newest timestamp ahead of the wall clock; below zero while idle")
                .strongReference(true)
                .register(registry);
    }

    /** The queues: how much waits in front of the log and in front of the store. */
    void queue(String name, Supplier<Number> depth) {
        Gauge.builder("skipstone.queue.depth", depth)
                .description("What waits or runs, by queue")
                .tag("queue", name)
                .strongReference(true)
                .register(registry);
    }

    void watches(WatchHub hub) {
        Gauge.builder("skipstone.watches", hub, h -> h.watches())
                .description("Watches that are open")
                .strongReference(true)
                .register(registry);
        Gauge.builder("skipstone.watch.lag.revisions", hub, h -> (double) h.lag())
                .description("Revisions that the last of the watches is behind the store")
                .strongReference(true)
                .register(registry);
        Gauge.builder("skipstone.watch.waiting", hub, h -> (double) h.waitingBytes())
                .description("Bytes of events that wait for watchers")
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
        FunctionCounter.builder("skipstone.watch.cancelled.slow", hub, h -> (double) h.cancelledSlow())
                .description("Watches cancelled because their watcher took nothing")
                .register(registry);
    }

    void store(Supplier<StoreStats> stats) {
        storeGauge("skipstone.store.map", "Size of the memory map", stats, s -> (double) s.mapBytes());
        storeGauge("skipstone.store.used", "Bytes up to the last page in use", stats, s -> (double) s.usedBytes());
        storeGauge("skipstone.store.free", "Bytes of pages that may be reused", stats, s -> (double) s.freeBytes());
        Gauge.builder("skipstone.store.readers", stats, s -> s.get().readers())
                .description("Read transactions open now")
                .strongReference(true)
                .register(registry);
        Gauge.builder("skipstone.store.key.rows", stats, s -> (double) s.get().keyRows())
                .description("Rows of the key table: versions, and links of long keys")
                .strongReference(true)
                .register(registry);
    }

    private void storeGauge(
            String name, String description, Supplier<StoreStats> stats, ToDoubleFunction<StoreStats> value) {
        Gauge.builder(name, stats, s -> value.applyAsDouble(s.get()))
                .description(description)
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
    }

    private void gauge(String name, String description, StatusSource source, ToDoubleFunction<NodeStatus> value) {
        Gauge.builder(name, source, s -> value.applyAsDouble(s.status()))
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private static double index(Optional<Position> position) {
        return (double) position.map(Position::index).orElse(-1L);
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
