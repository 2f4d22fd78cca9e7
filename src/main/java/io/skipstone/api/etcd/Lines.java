package io.skipstone.api.etcd;

import io.skipstone.api.LeaseCalls;
import io.skipstone.api.ReadRequest;
import io.skipstone.api.WatchSlots;
import io.skipstone.api.WatchSlots.Slot;
import io.skipstone.api.Writes;
import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Compare;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.Outcome.Committed;
import io.skipstone.command.Outcome.Result;
import io.skipstone.consensus.Reader;
import io.skipstone.consensus.Reader.Answer;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Limits;
import io.skipstone.model.ReadAt;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.watch.WatchFrom;
import io.skipstone.watch.WatchSpec;
import io.skipstone.watch.Watches;
import io.vertx.core.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Lines of keys under a prefix, each in the order in which its keys came into being: what locks and elections are made of. Any thread.
 *
 * <p>A key with a time to live of its own stands in no line: nobody is told when its time is over.
 */
@Singleton
class Lines {
    /** Of a lease that is made for whoever comes without one. */
    static final long OWN_LEASE_SECONDS = 60;

    private static final List<Operation> NOTHING = List.of();

    private final Writes writes;
    private final Reader reader;
    private final Watches watches;
    private final WatchSlots slots;
    private final LeaseCalls leases;
    private final Limits limits;

    @Inject
    Lines(Writes writes, Reader reader, Watches watches, WatchSlots slots, LeaseCalls leases, Limits limits) {
        this.writes = writes;
        this.reader = reader;
        this.watches = watches;
        this.slots = slots;
        this.leases = leases;
        this.limits = limits;
    }

    /**
     * Where somebody came to stand.
     *
     * @param before what was there already of the same lease, which keeps its place; empty for a new place
     * @param revision of the store then
     */
    record Stood(Place place, Optional<KeyValue> before, long revision) {}

    /** How it stands with a place. */
    sealed interface Look {
        /** Nobody is before it. */
        record First(long revision) implements Look {}

        /**
         * Somebody is before it.
         *
         * @param next who came last of those
         */
        record Behind(Key next, long revision) implements Look {}

        /** It is gone. */
        record Gone() implements Look {}
    }

    /** Who has the turn in a line, at a revision of the store. */
    record Turned(Optional<KeyValue> first, long revision) {}

    /** The lease itself; a new one for 0. */
    CompletionStage<Long> lease(long asked) {
        if (asked < LeaseCalls.ANY_ID) {
            return CompletableFuture.failedStage(EtcdError.LEASE_NOT_FOUND.refusal());
        }
        return asked == LeaseCalls.ANY_ID
                ? leases.grant(LeaseCalls.ANY_ID, OWN_LEASE_SECONDS).thenApply(granted -> granted.id())
                : CompletableFuture.completedStage(asked);
    }

    /**
     * Goes to the end of the line, or to where this lease stands already.
     *
     * @param value of a new key
     */
    CompletionStage<Stood> stand(Bytes name, long lease, Bytes value) {
        Key key = Place.key(name, lease);
        var txn = new Txn(
                List.of(new Compare(key, Relation.EQUAL, new Target.Exists(false))),
                List.of(new Operation.Put(key, value, 0, lease)),
                List.of(new Operation.Get(key)),
                ReadSet.NONE);
        return writes.commit(txn, Bytes.EMPTY).thenApply(done -> stood(Place.line(name), key, lease, done));
    }

    private static Stood stood(Bytes line, Key key, long lease, Committed done) {
        Optional<KeyValue> before = done.branch() == Branch.THEN
                ? Optional.empty()
                : ((Result.Got) done.results().getFirst()).keyValue();
        long createRevision = before.map(KeyValue::createRevision).orElse(done.revision());
        return new Stood(new Place(line, key, lease, createRevision), before, done.revision());
    }

    /**
     * Gives the key of a place another value.
     *
     * @return the revision; empty if the place is gone
     */
    CompletionStage<Optional<Long>> put(Place place, Bytes value) {
        var put = new Operation.Put(place.key(), value, 0, place.lease());
        return writes.commit(new Txn(List.of(isThere(place)), List.of(put), NOTHING, ReadSet.NONE), Bytes.EMPTY)
                .thenApply(done -> done.branch() == Branch.THEN ? Optional.of(done.revision()) : Optional.empty());
    }

    /** Gives a place up, if it is still there; returns the revision then. */
    CompletionStage<Long> leave(Place place) {
        var delete = new Operation.Delete(place.key());
        return writes.commit(new Txn(List.of(isThere(place)), List.of(delete), NOTHING, ReadSet.NONE), Bytes.EMPTY)
                .thenApply(Committed::revision);
    }

    private static Compare isThere(Place place) {
        return new Compare(place.key(), Relation.EQUAL, new Target.CreateRevision(place.createRevision()));
    }

    /** How it stands with a place; never older than an acknowledged write. */
    CompletionStage<Look> look(Place place) {
        var seen = new Seen(place);
        return walk(place.everybody(), seen::pass).thenApply(answer -> seen.look(answer.revision()));
    }

    /** What a walk along a line has come by. */
    private static final class Seen {
        private final Place place;
        private boolean isThere;
        private Optional<KeyValue> next = Optional.empty();

        Seen(Place place) {
            this.place = place;
        }

        void pass(KeyValue row) {
            if (row.createRevision() == place.createRevision() && row.key().equals(place.key())) {
                isThere = true;
            } else if (row.createRevision() < place.createRevision()
                    && next.map(KeyValue::createRevision).orElse(-1L) < row.createRevision()) {
                next = Optional.of(row);
            }
        }

        Look look(long revision) {
            if (!isThere) {
                return new Look.Gone();
            }
            return next.<Look>map(row -> new Look.Behind(row.key(), revision))
                    .orElseGet(() -> new Look.First(revision));
        }
    }

    /** Who has the turn; never older than an acknowledged write. */
    CompletionStage<Turned> first(Bytes name) {
        var first = new Earliest();
        return walk(KeyRange.prefix(Place.line(name)), first::pass).thenCompose(answer -> first.row
                .map(row -> reader.get(row.key(), new ReadAt.AtMoment(answer.moment()), Consistency.SNAPSHOT)
                        .thenApply(got -> new Turned(got.value(), answer.revision())))
                .orElseGet(() -> CompletableFuture.completedStage(new Turned(Optional.empty(), answer.revision()))));
    }

    private static final class Earliest {
        private Optional<KeyValue> row = Optional.empty();

        void pass(KeyValue next) {
            if (row.isEmpty() || next.createRevision() < row.get().createRevision()) {
                row = Optional.of(next);
            }
        }
    }

    /** Goes along the line, in the order of its keys; returns the first page, which tells the moment of all. */
    private CompletionStage<Answer<ScanPage>> walk(KeyRange line, Consumer<KeyValue> each) {
        return page(line, ReadRequest.DEFAULT, each).thenCompose(first -> rest(first, first, each));
    }

    private CompletionStage<Answer<ScanPage>> rest(
            Answer<ScanPage> first, Answer<ScanPage> last, Consumer<KeyValue> each) {
        var there = new ReadRequest(new ReadAt.AtMoment(first.moment()), Consistency.SNAPSHOT);
        return last.value()
                .rest()
                .map(further -> page(further, there, each).thenCompose(next -> rest(first, next, each)))
                .orElseGet(() -> CompletableFuture.completedStage(first));
    }

    private CompletionStage<Answer<ScanPage>> page(KeyRange range, ReadRequest read, Consumer<KeyValue> each) {
        var query = new ScanQuery(range, Order.ASCENDING, Content.KEYS_ONLY, limits.scanRows(), limits.scanBytes());
        return reader.scan(query, read.at(), read.consistency()).thenApply(answer -> {
            answer.value().rows().stream()
                    .filter(row -> row.expiresAt().isNone())
                    .forEach(each);
            return answer;
        });
    }

    /**
     * Room for so many watches of this connection, as they count for {@code Watch} too: that bounds how many calls of it wait.
     *
     * @throws io.skipstone.model.SkipstoneException.Overloaded it has not that much left
     */
    List<Slot> slots(Object connection, int count) {
        List<Slot> taken = new ArrayList<>(count);
        try {
            for (int i = 0; i < count; i++) {
                taken.add(slots.take(connection));
            }
            return taken;
        } catch (Overloaded full) {
            taken.forEach(Slot::close);
            throw full;
        }
    }

    /** Tells what happens to the keys after a revision that this node's store has come to. */
    Feed watch(KeyRange keys, long afterRevision, Context context, Runnable ready) {
        var spec = new WatchSpec(
                keys, new WatchFrom.Revision(afterRevision + 1), false, WatchSpec.DEFAULT_PROGRESS_MILLIS);
        return Feed.open(watches, spec, context, ready);
    }
}
