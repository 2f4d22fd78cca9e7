package io.skipstone.node;

import io.skipstone.consensus.RaftLogDirectory;
import io.skipstone.model.ColdStart;
import io.skipstone.model.ExitCode;
import io.skipstone.model.Position;
import io.skipstone.snapshot.LogExtent;
import io.skipstone.snapshot.SkipGate;
import io.skipstone.snapshot.StartDecision;
import io.skipstone.store.DiskTrouble;
import io.skipstone.store.Generations;
import io.skipstone.store.Store;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Opens the store, asks the gate, and does what it says, before Ratis starts. */
final class ColdStarter {
    private static final Logger LOG = Logger.getLogger(ColdStarter.class);

    private final Generations generations;
    private final RaftLogDirectory log;

    ColdStarter(StoreConfig config, RaftLogDirectory log) {
        this.generations = new Generations(config);
        this.log = log;
    }

    /** A store that may be used, and how it came to be. */
    record Opened(Store store, ColdStart coldStart) {}

    /** Throws {@link StartupException} when neither store nor log can make the node whole. */
    Opened open() {
        long begin = System.nanoTime();
        Generations.Opened chosen = generations.open();
        Store store = chosen.store();
        long opened = System.nanoTime();
        try {
            LogExtent extent = log.extent();
            StartDecision decision = SkipGate.decide(store.openedAs(), extent);
            var timings = new Timings(begin, opened, System.nanoTime());
            return switch (decision) {
                case StartDecision.Fresh _ ->
                    settled(chosen, timings.coldStart(ColdStart.Outcome.FRESH, "none", store, extent));
                case StartDecision.Skip _ ->
                    settled(chosen, timings.coldStart(ColdStart.Outcome.SKIPPED, "none", store, extent));
                case StartDecision.SkipWithNewLog(var have, var reason) -> {
                    Path aside = log.moveEntriesAside();
                    LOG.warnf(
                            "log ends before the store and was moved aside applied=%s logEnd=%d dir=%s",
                            have, extent.end(), aside);
                    yield settled(chosen, timings.coldStart(ColdStart.Outcome.SKIPPED, reason.code(), store, extent));
                }
                case StartDecision.Restore(var reason) -> {
                    Store empty = replace(chosen, reason);
                    yield new Opened(
                            empty, timings.coldStart(ColdStart.Outcome.RESTORED, reason.code(), empty, extent));
                }
                case StartDecision.Refuse(var reason, var advice) ->
                    throw new StartupException(
                            ExitCode.DAMAGED, "refused to start, reason " + reason.code() + ": " + advice);
            };
        } catch (IOException failure) {
            store.close();
            throw new StartupException(
                    DiskTrouble.of(failure).exitCode(),
                    "the raft log cannot be read: " + failure.getMessage()
                            + "; put a backup of the data directory in place",
                    failure);
        } catch (RuntimeException failure) {
            store.close();
            throw failure;
        }
    }

    private Opened settled(Generations.Opened chosen, ColdStart coldStart) {
        chosen.removedDrafts().forEach(draft -> LOG.infof("half-written store removed dir=%s", draft));
        generations
                .settle(chosen)
                .forEach(aside -> LOG.warnf("store cannot be trusted and was moved aside dir=%s", aside));
        return new Opened(chosen.store(), coldStart);
    }

    private Store replace(Generations.Opened doubtful, StartDecision.Reason reason) {
        try {
            Path aside = generations.quarantine(doubtful);
            LOG.warnf("store cannot be trusted and was moved aside reason=%s dir=%s", reason.code(), aside);
        } catch (StoreFailure failure) {
            throw new StartupException(
                    ExitCode.DISK, "the doubtful store cannot be moved aside: " + failure.getMessage(), failure);
        }
        return generations.openNew().store();
    }

    /** System.nanoTime() at the ends of the phases. */
    private record Timings(long begin, long opened, long decided) {
        ColdStart coldStart(ColdStart.Outcome outcome, String reason, Store store, LogExtent extent) {
            Optional<Position> have = store.meta().applied();
            long held = have.map(Position::index).orElse(-1L);
            return new ColdStart(
                    outcome,
                    reason,
                    have,
                    extent.start(),
                    extent.end(),
                    Math.max(0, extent.end() - held),
                    store.meta().hlcCeiling(),
                    store.meta().cutover(),
                    TimeUnit.NANOSECONDS.toMillis(opened - begin),
                    TimeUnit.NANOSECONDS.toMillis(decided - opened),
                    0);
        }
    }
}
