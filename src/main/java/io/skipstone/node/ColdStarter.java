package io.skipstone.node;

import io.skipstone.consensus.RaftLogDirectory;
import io.skipstone.model.Bytes;
import io.skipstone.model.ColdStart;
import io.skipstone.model.ExitCode;
import io.skipstone.model.Failpoint;
import io.skipstone.model.GroupOrigin;
import io.skipstone.model.Invariants;
import io.skipstone.snapshot.LogExtent;
import io.skipstone.snapshot.SkipGate;
import io.skipstone.snapshot.StartDecision;
import io.skipstone.snapshot.StartFacts;
import io.skipstone.snapshot.Voters;
import io.skipstone.store.DataDirectory;
import io.skipstone.store.Directories;
import io.skipstone.store.DiskTrouble;
import io.skipstone.store.Generations;
import io.skipstone.store.Generations.Generation;
import io.skipstone.store.Generations.Opened;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.StoreFailure;
import io.skipstone.store.StoreState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Opens the store, asks the gate, and does what it says until it accepts, before Ratis starts. Each step leaves the directory in a
 * state that the next start understands: a crash between two of them costs nothing but the time.
 */
final class ColdStarter {
    private static final Logger LOG = Logger.getLogger(ColdStarter.class);

    /** Each repair leaves less to repair; more than these would be a circle. */
    private static final int MAX_REPAIRS = 8;

    private final Path stores;
    private final Generations generations;
    private final RaftLogDirectory log;
    private final UUID group;

    /** This node, as Ratis names it. */
    private final String self;

    /** How many votes the group had when this directory came to it. */
    private final Voters formed;

    private final LocalArtifacts artifacts;
    private final StartRepairs repairs;
    private final StartTracker tracker;
    private final ColdStartFacts facts = new ColdStartFacts();

    /** The store in use; another one after some repairs. */
    private Opened opened;

    private ColdStarter(StoreConfig config, DataDirectory directory, StartTracker tracker) {
        this.stores = config.directory();
        this.generations = new Generations(config);
        this.log = RaftLogDirectory.of(directory.raft(), directory.groupId());
        this.group = directory.groupId();
        this.self = directory.member().toString();
        this.formed = directory.origin().orElseThrow() instanceof GroupOrigin.Alone ? Voters.ONE : Voters.SEVERAL;
        this.artifacts = new LocalArtifacts(directory.artifacts(), group);
        this.repairs = new StartRepairs(generations, log, group, artifacts, tracker);
        this.tracker = tracker;
        this.opened = facts.timeOpen(generations::open);
    }

    /** A store that may be used, and how it came to be. */
    record Started(LmdbStore store, ColdStart coldStart, Generations generations, Generation generation) {}

    /**
     * Brings the directory to where Ratis can start.
     *
     * @param config its directory is {@code store/}
     * @throws StartupException neither store nor log nor artifact can make the node whole
     */
    static Started start(StoreConfig config, DataDirectory directory, StartTracker tracker) {
        try {
            return new ColdStarter(config, directory, tracker).start();
        } catch (IOException failure) {
            throw new StartupException(
                    DiskTrouble.of(failure).exitCode(),
                    "the raft log cannot be read: " + failure + "; put a backup of the data directory in place",
                    failure);
        } catch (StoreFailure failure) {
            throw new StartupException(ExitCode.DISK, String.valueOf(failure.getMessage()), failure);
        }
    }

    private Started start() throws IOException {
        try {
            opened.removedDrafts().forEach(draft -> LOG.infof("half-written store removed dir=%s", draft));
            Failpoint.START_OPENED.hit();
            return decideUntilAccepted();
        } catch (IOException | RuntimeException failure) {
            generations.abandon(opened);
            throw failure;
        }
    }

    private static StartupException refused(StartDecision.Refuse refusal) {
        return new StartupException(
                refusal.exitCode(),
                "refused to start, reason " + refusal.reason().code() + ": " + refusal.advice());
    }

    private Started decideUntilAccepted() throws IOException {
        Optional<StartDecision.Repair> first = Optional.empty();
        for (int done = 0; ; done++) {
            LogExtent extent = facts.timeGate(log::extent);
            StartDecision decision = facts.timeGate(
                    () -> SkipGate.decide(opened.store().openedAs(), extent, startFacts(), artifacts::offers));
            Failpoint.START_DECIDED.hit();
            switch (decision) {
                case StartDecision.Accept accept -> {
                    settle();
                    ColdStart coldStart = facts.coldStart(opened, extent, accept, first);
                    if (coldStart.replayed() > 0) {
                        log.makeDurable();
                    }
                    return new Started(opened.store(), coldStart, generations, opened.generation());
                }
                case StartDecision.Refuse refusal -> throw refused(refusal);
                case StartDecision.Repair repair -> {
                    Invariants.check(done < MAX_REPAIRS + artifacts.passedOver(), "{} repairs at one start", done);
                    requireDisk();
                    tracker.restoring();
                    opened = facts.timeRepair(() -> repairs.make(opened, repair));
                    first = first.or(() -> Optional.of(repair));
                }
            }
        }
    }

    /** A repair writes. On a disk that refuses, each new store would be in doubt too, and be moved aside in turn. */
    private void requireDisk() {
        try {
            Directories.tryToWrite(stores);
        } catch (IOException refusal) {
            DiskTrouble trouble = DiskTrouble.of(refusal);
            throw new StartupException(
                    trouble.exitCode(),
                    stores + " cannot be written (" + refusal.getMessage() + "), and nothing was repaired there: "
                            + trouble.advice(),
                    refusal);
        }
    }

    private StartFacts startFacts() throws IOException {
        Bytes configuration =
                opened.store().openedAs() instanceof StoreState.Known(var meta) ? meta.configuration() : Bytes.EMPTY;
        return new StartFacts(
                group, log.voters(self, configuration, formed), generations.installedAt(opened.generation()));
    }

    private void settle() {
        for (Path quarantined : generations.settle(opened)) {
            LOG.warnf("store in doubt was moved aside dir=%s", quarantined);
        }
        tracker.accepted();
    }
}
