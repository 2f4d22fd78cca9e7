package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Moment;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** Everything that a store answers to many questions: two stores in the same state have the same image. */
final class StoreImage {
    private StoreImage() {}

    /** Asks about the whole history, and a few random questions. */
    static List<String> of(Store store, long seed) {
        var answers = new ArrayList<String>();
        try (ReadView view = store.read()) {
            StoreMeta meta = view.meta();
            answers.add("meta %s %d %s %s %s"
                    .formatted(
                            meta.applied(),
                            meta.revision(),
                            meta.lastCommitTs(),
                            meta.gcFloor(),
                            meta.configuration()));
            long first = Math.max(0, meta.gcFloor().bits() - 1);
            for (long at = first; at <= meta.lastCommitTs().bits() + 2; at++) {
                Moment moment = Moment.at(new Timestamp(at));
                answers.add(at + " up " + answer(() -> pages(view, KeyRange.ALL, Order.ASCENDING, 1000, moment)));
                answers.add(at + " down " + answer(() -> pages(view, KeyRange.ALL, Order.DESCENDING, 1000, moment)));
                answers.add(at + " first " + answer(() -> view.firstChange(KeyRange.ALL, moment.upTo())));
            }
            for (long revision = -1; revision <= meta.revision() + 1; revision++) {
                long asked = revision;
                answers.add("revision " + asked + " " + view.timestampOf(asked));
                answers.add("changes " + asked + " " + answer(() -> view.changes(asked, 3)));
            }
            leases(view, answers);
            askAtRandom(view, new Random(seed), answers);
        }
        return answers;
    }

    private static void leases(ReadView view, List<String> answers) {
        answers.add("leases " + view.leaseCount() + " " + view.leases(0, 1000));
        for (long id = 0; id <= 8; id++) {
            answers.add("lease " + view.lease(id) + view.leases(id, 2) + view.leaseKeys(id, 3, 5));
        }
    }

    /** A few random questions, and the newest state. */
    static List<String> sample(Store store, long seed) {
        var answers = new ArrayList<String>();
        try (ReadView view = store.read()) {
            Moment moment = Moment.at(view.meta().lastCommitTs());
            answers.add(answer(() -> pages(view, KeyRange.ALL, Order.ASCENDING, 1000, moment)));
            leases(view, answers);
            askAtRandom(view, new Random(seed + view.meta().revision()), answers);
        }
        return answers;
    }

    private static void askAtRandom(ReadView view, Random random, List<String> answers) {
        long last = view.meta().lastCommitTs().bits();
        for (int i = 0; i < 30; i++) {
            Key key = Script.key(random);
            Moment moment =
                    new Moment(new Timestamp(last - random.nextLong(Math.min(last, 10) + 1)), new Timestamp(last + 5));
            Bytes start = Bytes.wrap(Script.bytes(random, random.nextInt(4)));
            Bytes end = Bytes.wrap(Script.bytes(random, random.nextInt(4)));
            KeyRange range =
                    end.isEmpty() || start.compareTo(end) <= 0 ? new KeyRange(start, end) : new KeyRange(end, start);
            int limit = 1 + random.nextInt(4);
            Order order = random.nextBoolean() ? Order.ASCENDING : Order.DESCENDING;
            answers.add("get " + answer(() -> view.get(key, moment)));
            answers.add("latest " + view.latestCommit(key));
            answers.add("count " + answer(() -> view.count(range, moment, 7)));
            answers.add("pages " + answer(() -> pages(view, range, order, limit, moment)));
            answers.add("change " + answer(() -> view.firstChange(range, moment.upTo())));
            answers.add("remembered " + view.remembered(Bytes.wrap(Script.bytes(random, 1))));
        }
    }

    private static List<ScanPage> pages(ReadView view, KeyRange range, Order order, int limit, Moment moment) {
        var pages = new ArrayList<ScanPage>();
        Optional<KeyRange> rest = Optional.of(range);
        while (rest.isPresent()) {
            var query = new ScanQuery(rest.get(), order, Content.KEYS_AND_VALUES, limit, 60L * limit);
            pages.add(view.scan(query, moment));
            rest = pages.getLast().rest();
        }
        return pages;
    }

    private static String answer(Supplier<Object> question) {
        try {
            return String.valueOf(question.get());
        } catch (SkipstoneException refused) {
            return refused.code();
        }
    }
}
