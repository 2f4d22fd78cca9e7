package io.skipstone.consensus;

import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.RangeRead;
import io.skipstone.command.StepResult;
import io.skipstone.model.Consistency;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.Position;
import io.skipstone.model.ReadAt;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Reads of this node. Any thread, an event loop too: the store is read on a pool of its own.
 *
 * <p>The stages fail with a {@code SkipstoneException} and nothing else: {@code BadRequest} (a time in the future), {@code
 * TooLarge}, {@code Compacted}, {@code Overloaded}, {@code NotReady}.
 */
public interface Reader {
    /** Name of the threads of the pool, before their number. */
    String THREAD = "read-";

    /** Whether the calling thread is one of the pool: it may wait a little, and so holds up further reads. */
    static boolean isReading() {
        return Thread.currentThread().getName().startsWith(THREAD);
    }

    CompletionStage<Answer<Optional<KeyValue>>> get(Key key, ReadAt at, Consistency consistency);

    CompletionStage<Answer<ScanPage>> scan(ScanQuery query, ReadAt at, Consistency consistency);

    CompletionStage<Answer<Long>> count(KeyRange range, ReadAt at, Consistency consistency);

    /**
     * A range as etcd reads it, at the revision that it says.
     *
     * @param maxBytes {@code TooLarge} if the rows take more
     */
    CompletionStage<Answer<StepResult.Rows>> range(RangeRead read, int maxBytes, Consistency consistency);

    /**
     * A nested transaction that writes nothing: its branches and rows, in the order of the walk.
     *
     * @param maxBytes {@code TooLarge} if the rows of all steps take more
     */
    CompletionStage<Answer<List<StepResult>>> nested(NestedTxn readOnly, int maxBytes, Consistency consistency);

    /** Commit timestamp of the key's newest version, deletes and expired versions included. */
    CompletionStage<Answer<Optional<Timestamp>>> latestCommit(Key key, Consistency consistency);

    /** The lease of this id. */
    CompletionStage<Answer<Optional<GrantedLease>>> lease(long id, Consistency consistency);

    /** Leases with ids above this one, in order. */
    CompletionStage<Answer<List<GrantedLease>>> leases(long afterId, int limit, Consistency consistency);

    /**
     * The keys attached to a lease, in the order they were attached; none if there is no such lease.
     *
     * @param maxBytes ends after the key that reaches this many bytes
     */
    CompletionStage<Answer<List<Key>>> leaseKeys(long id, int limit, long maxBytes, Consistency consistency);

    /**
     * What was read, and where the reader stood.
     *
     * @param moment what the read looked at; {@code upTo} serves as the read timestamp of an optimistic transaction
     * @param revision newest revision of the store that was read
     * @param applied position of that store; empty before the first entry
     */
    record Answer<T>(T value, Moment moment, long revision, Optional<Position> applied) {}
}
