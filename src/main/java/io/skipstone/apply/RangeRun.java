package io.skipstone.apply;

import io.skipstone.command.RangeRead;
import io.skipstone.command.RangeRead.By;
import io.skipstone.command.RangeRead.Order;
import io.skipstone.command.StepResult.Rows;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/** One read of a range from a source. */
final class RangeRun {
    private static final int PAGE_ROWS = 1024;
    private static final long PAGE_BYTES = 1 << 20;

    private final RangeRead read;
    private final RangeSource source;
    private final Allowance allowance;

    RangeRun(RangeRead read, RangeSource source, Allowance allowance) {
        this.read = read;
        this.source = source;
        this.allowance = allowance;
    }

    Rows run() {
        KeyRange keys = read.keys();
        if (keys.isEmpty()) {
            return new Rows(0, false, List.of());
        }
        if (keys.isOneKey()) {
            return one(source.get(new Key(keys.start())));
        }
        if (read.content() == RangeRead.Content.COUNT_ONLY) {
            return new Rows(source.count(keys), false, List.of());
        }
        Rows found = read.by() == By.KEY ? inOrderOfKeys(read.limit()) : sorted();
        return read.content() == RangeRead.Content.KEYS_ONLY ? keysOf(found) : found;
    }

    private Rows one(Optional<KeyValue> found) {
        long count = found.isPresent() ? 1 : 0;
        if (read.content() == RangeRead.Content.COUNT_ONLY) {
            return new Rows(count, false, List.of());
        }
        List<KeyValue> rows = found.filter(this::passes).stream().toList();
        rows.forEach(allowance::charge);
        var whole = new Rows(count, false, rows);
        return read.content() == RangeRead.Content.KEYS_ONLY ? keysOf(whole) : whole;
    }

    /** Goes no further than it must: what lies behind the limit is only counted. */
    private Rows inOrderOfKeys(long limit) {
        List<KeyValue> rows = new ArrayList<>();
        long[] matched = {0};
        long count = visit(direction(), content(), limit, row -> {
            if (passes(row)) {
                matched[0]++;
                if (limit == 0 || matched[0] <= limit) {
                    allowance.charge(row);
                    rows.add(row);
                }
            }
            return limit == 0 || matched[0] <= limit;
        });
        return new Rows(count, limit > 0 && matched[0] > limit, rows);
    }

    /** The limit is counted in the order of keys, one more than are asked for; then they are sorted, and the last one is left out. */
    private Rows sortedAsFound() {
        long fetched = read.limit() == Long.MAX_VALUE ? read.limit() : read.limit() + 1;
        Rows found = inOrderOfKeys(fetched);
        List<KeyValue> rows =
                found.rows().stream().sorted(order()).limit(read.limit()).toList();
        return new Rows(found.count(), found.rows().size() > read.limit(), rows);
    }

    private Rows sorted() {
        if (read.limit() == 0) {
            return allSorted();
        }
        return read.order() == Order.AS_FOUND && !read.isFiltered() ? sortedAsFound() : bestSorted();
    }

    private Rows allSorted() {
        List<KeyValue> rows = new ArrayList<>();
        long count = visit(ScanQuery.Order.ASCENDING, content(), 0, row -> {
            if (passes(row)) {
                allowance.charge(row);
                rows.add(row);
            }
            return true;
        });
        return new Rows(count, false, rows.stream().sorted(order()).toList());
    }

    /** Holds as many rows as the limit leaves, and reads the values of those only. */
    private Rows bestSorted() {
        var best = new PriorityQueue<KeyValue>(order().reversed());
        long[] matched = {0};
        Content content = read.by() == By.VALUE ? Content.KEYS_AND_VALUES : Content.KEYS_ONLY;
        long count = visit(ScanQuery.Order.ASCENDING, content, 0, row -> {
            if (passes(row)) {
                matched[0]++;
                allowance.charge(row);
                best.add(row);
                if (best.size() > read.limit()) {
                    allowance.release(best.remove());
                }
            }
            return true;
        });
        List<KeyValue> rows = best.stream().sorted(order()).map(this::withValue).toList();
        return new Rows(count, matched[0] > read.limit(), rows);
    }

    private KeyValue withValue(KeyValue row) {
        if (read.content() == RangeRead.Content.KEYS_ONLY || read.by() == By.VALUE) {
            return row;
        }
        KeyValue whole = source.get(row.key()).orElseThrow();
        allowance.charge(whole);
        allowance.release(row);
        return whole;
    }

    /**
     * Shows rows in order until one is answered with false; the others are counted.
     *
     * @param limit about how many rows will be looked at; 0 for all
     * @return how many keys the range has
     */
    private long visit(ScanQuery.Order direction, Content content, long limit, Predicate<KeyValue> rows) {
        int pageRows = limit == 0 || read.isFiltered() ? PAGE_ROWS : (int) Math.min(limit + 1, PAGE_ROWS);
        long count = 0;
        boolean goesOn = true;
        Optional<KeyRange> rest = Optional.of(read.keys());
        while (rest.isPresent()) {
            if (!goesOn) {
                return count + source.count(rest.get());
            }
            ScanPage page = source.scan(new ScanQuery(rest.get(), direction, content, pageRows, PAGE_BYTES));
            for (KeyValue row : page.rows()) {
                goesOn = goesOn && rows.test(row);
            }
            count += page.rows().size();
            rest = page.rest().filter(left -> !left.isEmpty());
        }
        return count;
    }

    private ScanQuery.Order direction() {
        return read.by() == By.KEY && read.order() == Order.DESCENDING
                ? ScanQuery.Order.DESCENDING
                : ScanQuery.Order.ASCENDING;
    }

    private Content content() {
        boolean needsValues = read.content() == RangeRead.Content.KEYS_AND_VALUES || read.by() == By.VALUE;
        return needsValues ? Content.KEYS_AND_VALUES : Content.KEYS_ONLY;
    }

    private boolean passes(KeyValue row) {
        return read.modRevisions().contains(row.modRevision())
                && read.createRevisions().contains(row.createRevision());
    }

    private Comparator<KeyValue> order() {
        Comparator<KeyValue> by =
                switch (read.by()) {
                    case KEY -> Comparator.comparing(KeyValue::key);
                    case VERSION -> Comparator.comparingLong(KeyValue::version);
                    case CREATE_REVISION -> Comparator.comparingLong(KeyValue::createRevision);
                    case MOD_REVISION -> Comparator.comparingLong(KeyValue::modRevision);
                    case VALUE -> Comparator.comparing(KeyValue::value);
                };
        return (read.order() == Order.DESCENDING ? by.reversed() : by).thenComparing(KeyValue::key);
    }

    /** What sorting needed, and what the steps before have written, has its value yet. */
    private static Rows keysOf(Rows found) {
        return new Rows(
                found.count(),
                found.more(),
                found.rows().stream().map(RangeRun::withoutValue).toList());
    }

    private static KeyValue withoutValue(KeyValue row) {
        return row.value().isEmpty()
                ? row
                : new KeyValue(
                        row.key(),
                        Bytes.EMPTY,
                        row.createRevision(),
                        row.modRevision(),
                        row.version(),
                        row.commitTs(),
                        row.expiresAt(),
                        row.leaseId());
    }
}
