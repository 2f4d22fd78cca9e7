package io.skipstone.apply;

import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Outcome;
import io.skipstone.command.RangeRead;
import io.skipstone.command.StepResult;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.ReadAt;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.Compacted;
import io.skipstone.model.SkipstoneException.TooLarge;
import io.skipstone.model.Timestamp;
import io.skipstone.store.ReadView;
import io.skipstone.store.Store;
import io.skipstone.store.StoreMeta;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers reads, each from one consistent view of the store. Any thread; touches the disk.
 *
 * <p>Each method takes {@code now}, the clock of the reader: a read of the newest state counts as expired what has expired by
 * then, also on a store that nobody writes to. A read in the past does not look at it.
 *
 * <p>Each throws {@link Compacted} for a time below the GC floor and {@link BadRequest} for a revision that does not exist. A
 * timestamp above the last commit is answered from what is there: the caller has made sure that nothing more can come below it.
 */
public final class Queries {
    /** What one view of a count may go through. */
    private static final int COUNT_PAGE_ROWS = 4096;

    private static final long COUNT_PAGE_BYTES = 1 << 20;

    /** How often a read in pages begins again at a newer moment. */
    private static final int MAX_MOMENTS = 5;

    private final Store store;

    public Queries(Store store) {
        this.store = store;
    }

    public QueryResult<Optional<KeyValue>> get(Key key, ReadAt at, Timestamp now) {
        return answer(at, now, (view, moment) -> view.get(key, moment));
    }

    public QueryResult<ScanPage> scan(ScanQuery query, ReadAt at, Timestamp now) {
        return answer(at, now, (view, moment) -> view.scan(query, moment));
    }

    /** Counts in pages, each from a view of its own at the moment of the first: one long view would keep old pages from reuse. */
    public QueryResult<Long> count(KeyRange range, ReadAt at, Timestamp now) {
        QueryResult<ScanPage> first = scan(keysOf(range), at, now);
        long count = first.value().rows().size();
        Optional<KeyRange> rest = first.value().rest();
        while (rest.isPresent()) {
            ScanPage page = scan(keysOf(rest.get()), new ReadAt.AtMoment(first.moment()), now)
                    .value();
            count += page.rows().size();
            rest = page.rest();
        }
        return new QueryResult<>(count, first.moment(), first.revision(), first.applied());
    }

    /**
     * Reads a range, at the revision it says.
     *
     * @param maxBytes {@link TooLarge} if the rows take more
     */
    public QueryResult<StepResult.Rows> range(RangeRead read, int maxBytes, Timestamp now) {
        ReadAt at = read.revision() == RangeRead.NEWEST ? ReadAt.LATEST : new ReadAt.AtRevision(read.revision());
        return answerInPages(at, now, source -> new RangeRun(read, source, new Allowance(maxBytes)).run());
    }

    /**
     * Runs a nested transaction that writes nothing. All of it looks at one moment, except reads at an earlier revision.
     *
     * @param maxBytes {@link TooLarge} if the rows of all steps take more
     */
    public QueryResult<List<StepResult>> nested(NestedTxn readOnly, int maxBytes, Timestamp now) {
        return answerInPages(ReadAt.LATEST, now, source -> new NestedRead(
                        source, (read, left) -> past(read, left, now), new Allowance(maxBytes))
                .run(readOnly));
    }

    private StepResult.Rows past(RangeRead read, Allowance left, Timestamp now) {
        return answerInPages(
                        new ReadAt.AtRevision(read.revision()), now, source -> new RangeRun(read, source, left).run())
                .value();
    }

    private <T> QueryResult<T> answerInPages(ReadAt at, Timestamp now, Function<RangeSource, T> question) {
        for (int left = MAX_MOMENTS; ; left--) {
            try {
                return answerAtOneMoment(at, now, question);
            } catch (Compacted overtaken) {
                // Between two pages the floor went past the moment: of what is newest, another one will do.
                if (!at.equals(ReadAt.LATEST) || left == 1) {
                    throw overtaken;
                }
            }
        }
    }

    private <T> QueryResult<T> answerAtOneMoment(ReadAt at, Timestamp now, Function<RangeSource, T> question) {
        try (var views = RenewedViews.open(store, view -> moment(view, at, now))) {
            StoreMeta meta = views.meta();
            return new QueryResult<>(question.apply(views), views.moment(), meta.revision(), meta.applied());
        } catch (Refused refused) {
            throw tooLarge(refused.outcome());
        }
    }

    private static RuntimeException tooLarge(Outcome outcome) {
        return outcome instanceof Outcome.ResultTooLarge(var maxBytes)
                ? new TooLarge(
                        "result_too_large",
                        "the rows take more than " + maxBytes + " bytes; read in several requests, or keys only")
                : new InvariantViolation("a read outside the log ended as " + outcome);
    }

    private static ScanQuery keysOf(KeyRange range) {
        return new ScanQuery(range, Order.ASCENDING, Content.KEYS_ONLY, COUNT_PAGE_ROWS, COUNT_PAGE_BYTES);
    }

    /** Commit timestamp of the key's newest version, deletes and expired versions included. */
    public QueryResult<Optional<Timestamp>> latestCommit(Key key, Timestamp now) {
        return answer(ReadAt.LATEST, now, (view, _) -> view.latestCommit(key));
    }

    public QueryResult<Optional<GrantedLease>> lease(long id, Timestamp now) {
        return answer(ReadAt.LATEST, now, (view, _) -> view.lease(id));
    }

    /** Leases with ids above this one, in order. */
    public QueryResult<List<GrantedLease>> leases(long afterId, int limit, Timestamp now) {
        return answer(ReadAt.LATEST, now, (view, _) -> view.leases(afterId, limit));
    }

    /** The keys attached to a lease, in the order they were attached. */
    public QueryResult<List<Key>> leaseKeys(long id, int limit, long maxBytes, Timestamp now) {
        return answer(ReadAt.LATEST, now, (view, _) -> view.leaseKeys(id, limit, maxBytes));
    }

    private <T> QueryResult<T> answer(ReadAt at, Timestamp now, Question<T> question) {
        try (ReadView view = store.read()) {
            Moment moment = moment(view, at, now);
            StoreMeta meta = view.meta();
            return new QueryResult<>(question.ask(view, moment), moment, meta.revision(), meta.applied());
        }
    }

    private static Moment moment(ReadView view, ReadAt at, Timestamp now) {
        Timestamp newest = view.meta().lastCommitTs();
        return switch (at) {
            case ReadAt.Latest _ -> {
                // Of an empty store too: NONE would be no read timestamp for the transaction that follows the read.
                Timestamp upTo = newest.max(Timestamp.FIRST);
                yield new Moment(upTo, now.max(upTo));
            }
            case ReadAt.AtTimestamp(var timestamp) -> aboveFloor(view, Moment.at(timestamp));
            case ReadAt.AtRevision(var revision) -> Moment.at(timestampOf(view, revision));
            case ReadAt.AtMoment(var earlier) -> aboveFloor(view, earlier);
        };
    }

    private static Moment aboveFloor(ReadView view, Moment moment) {
        Timestamp floor = view.meta().gcFloor();
        if (floor.isAfter(moment.upTo())) {
            throw new Compacted(floor);
        }
        return moment;
    }

    private static Timestamp timestampOf(ReadView view, long revision) {
        StoreMeta meta = view.meta();
        if (revision < 0) {
            throw new BadRequest("revision_negative", "revision " + revision + " is asked for; revisions start at 0");
        }
        if (revision > meta.revision()) {
            throw new BadRequest(
                    "revision_in_future",
                    "revision " + revision + " is asked for, the newest is " + meta.revision()
                            + "; ask for that one or leave the revision out");
        }
        // The newest revision below the floor is the state at the floor, and can be read there only.
        return view.timestampOf(revision)
                .orElseThrow(() -> new Compacted(meta.gcFloor()))
                .max(meta.gcFloor());
    }

    /** What is asked of one view at one moment. */
    private interface Question<T> {
        T ask(ReadView view, Moment moment);
    }
}
