package io.skipstone.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.skipstone.command.Command.GrantLease;
import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Command.RevokeLease;
import io.skipstone.command.CommandGenerator;
import io.skipstone.command.Outcome;
import io.skipstone.command.Seeds;
import io.skipstone.command.Step;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.store.ReadView;
import io.skipstone.store.SortedMapStore;
import io.skipstone.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nested transactions come to what they come to in etcd: in the log, and outside it when they only read. A failure names its seed; {@code
 * -Dskipstone.seed=} repeats it.
 */
class NestedTxnProperties {
    private static final int SEEDS = 25;
    private static final int ENTRIES = 120;

    @Test
    void onTheSortedMap() {
        Seeds.each(SEEDS, random -> assertAsEtcd(random, new SortedMapStore(), new TreeMap<>()));
    }

    @Test
    void onLmdb(@TempDir Path directory) {
        Seeds.each(SEEDS, random -> assertAsEtcd(random, LmdbStores.open(directory), new TreeMap<>()));
    }

    @Test
    void theTransactionsMeetEveryKindOfOutcome() {
        var kinds = new TreeMap<String, Integer>();
        for (int seed = 0; seed < 10; seed++) {
            assertAsEtcd(new Random(seed), new SortedMapStore(), kinds);
        }

        assertThat(kinds).containsKeys("Ran", "KeyMissing", "LeaseNotFound", "LeaseFull", "RevisionInFuture");
        assertThat(kinds.get("Ran"))
                .isGreaterThan(
                        kinds.values().stream().mapToInt(Integer::intValue).sum() / 2);
    }

    private static void assertAsEtcd(Random random, Store store, Map<String, Integer> kinds) {
        try (store) {
            var log = new Log(store);
            var model = new EtcdModel();
            var generator = new CommandGenerator(random);
            for (int i = 0; i < ENTRIES; i++) {
                switch (random.nextInt(12)) {
                    case 0, 1, 2 -> grant(random, log, model);
                    case 3 -> revoke(random, log, model);
                    default -> {
                        Outcome outcome = assertSameRun(generator.nestedTxn(), log, model);
                        kinds.merge(outcome.getClass().getSimpleName(), 1, Integer::sum);
                        assertSameRead(readsOf(generator.nestedTxn()), log, model);
                    }
                }
                assertSameState(log, model);
            }
        }
    }

    private static void grant(Random random, Log log, EtcdModel model) {
        long id = 1L + random.nextInt(5);
        int maxKeys = 1 + random.nextInt(4);
        log.append(new GrantLease(id, 60, 100, maxKeys));
        model.grant(id, maxKeys);
    }

    private static void revoke(Random random, Log log, EtcdModel model) {
        long id = 1L + random.nextInt(5);
        log.append(new RevokeLease(id));
        model.revoke(id);
    }

    private static Outcome assertSameRun(NestedTxn txn, Log log, EtcdModel model) {
        long revision = model.revision();

        Outcome outcome = log.append(txn);

        assertThat(outcome).isEqualTo(model.run(txn, log.lastCommitTs()));
        if (model.revision() > revision) {
            assertThat(log.changes().getLast().keys()).isEqualTo(model.written());
        }
        return outcome;
    }

    private static void assertSameRead(NestedTxn txn, Log log, EtcdModel model) {
        Outcome expected = model.run(txn, log.lastCommitTs());
        switch (expected) {
            case Outcome.Ran ran -> {
                var found = log.queries().nested(txn, 1 << 20, log.lastCommitTs());
                assertThat(found.value()).isEqualTo(ran.results());
                assertThat(found.revision()).isEqualTo(ran.revision());
            }
            default -> {
                assertThat(expected).isInstanceOf(Outcome.RevisionInFuture.class);
                assertThat(catchThrowableOfType(
                                BadRequest.class, () -> log.queries().nested(txn, 1 << 20, log.lastCommitTs())))
                        .extracting(BadRequest::code)
                        .isEqualTo("revision_in_future");
            }
        }
    }

    /** The same without what it would write. */
    private static NestedTxn readsOf(NestedTxn txn) {
        return new NestedTxn(txn.compares(), readsOf(txn.then()), readsOf(txn.otherwise()));
    }

    private static List<Step> readsOf(List<Step> branch) {
        return branch.stream()
                .<Step>mapMulti((step, reads) -> {
                    switch (step) {
                        case Step.Read read -> reads.accept(read);
                        case Step.Nested(var inner) -> reads.accept(new Step.Nested(readsOf(inner)));
                        case Step.Put _, Step.Delete _ -> {}
                    }
                })
                .toList();
    }

    private static void assertSameState(Log log, EtcdModel model) {
        assertThat(log.meta().revision()).isEqualTo(model.revision());
        assertThat(rows(log)).isEqualTo(model.rows());
        try (ReadView view = log.store().read()) {
            assertThat(view.leases(0, 100).stream().collect(Collectors.toMap(GrantedLease::id, GrantedLease::keys)))
                    .isEqualTo(model.keysOfLeases());
        }
    }

    private static List<KeyValue> rows(Log log) {
        try (ReadView view = log.store().read()) {
            var all = new ScanQuery(
                    KeyRange.ALL, ScanQuery.Order.ASCENDING, ScanQuery.Content.KEYS_AND_VALUES, 1000, Long.MAX_VALUE);
            return view.scan(all, Moment.at(log.lastCommitTs())).rows();
        }
    }
}
