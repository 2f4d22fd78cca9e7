package io.skipstone.consensus;

import io.skipstone.apply.BatchApplier;
import io.skipstone.apply.Queries;
import io.skipstone.clock.HybridClock;
import io.skipstone.model.ColdStart;
import io.skipstone.snapshot.ArtifactSource;
import io.skipstone.snapshot.SnapshotPin;
import io.skipstone.snapshot.StoreExchange;
import java.util.function.IntPredicate;

/**
 * What the log is connected with; all of it over one store.
 *
 * @param collect one slice of garbage collection over at most so many rows; says whether more is left; on the apply thread
 * @param admit whether the disk has room for one more entry of so many bytes, which counts as taken from then on; asked for each
 *     proposal, so it answers from memory
 * @param coldStart what the gate found; its last phase is filled in here
 * @param artifacts copies of the store, for other members
 * @param exchange takes in the copy of another member
 */
public record RaftParts(
        BatchApplier applier,
        Queries queries,
        SnapshotPin pin,
        IntPredicate collect,
        HybridClock clock,
        FailStop failStop,
        Observer observer,
        IntPredicate admit,
        ColdStart coldStart,
        ArtifactSource artifacts,
        StoreExchange exchange) {}
