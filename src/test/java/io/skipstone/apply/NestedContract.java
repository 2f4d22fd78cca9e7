package io.skipstone.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.command.Command.GrantLease;
import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Command.RaiseGcFloor;
import io.skipstone.command.Command.RevokeLease;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.RangeCompare;
import io.skipstone.command.RangeRead;
import io.skipstone.command.Step;
import io.skipstone.command.StepResult;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException.Compacted;
import io.skipstone.model.SkipstoneException.TooLarge;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Store;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What nested transactions come to. */
abstract class NestedContract extends ApplyContract {
    private static final Key C = Key.utf8("c");
    private static final Step.Keeps VALUE = new Step.Keeps(true, false);
    private static final Step.Keeps LEASE = new Step.Keeps(false, true);

    private Outcome.Ran run(Step... steps) {
        Outcome outcome = log.append(NestedTxn.of(steps));
        assertThat(outcome).isInstanceOf(Outcome.Ran.class);
        return (Outcome.Ran) outcome;
    }

    private static StepResult.Rows rows(Outcome.Ran ran, int step) {
        return (StepResult.Rows) ran.results().get(step + 1);
    }

    private static Step read(Key key) {
        return new Step.Read(RangeRead.of(key.asRange(), 0));
    }

    private static Step readAt(Key key, long revision) {
        return new Step.Read(new RangeRead(
                key.asRange(),
                revision,
                0,
                RangeRead.Content.KEYS_AND_VALUES,
                RangeRead.Order.AS_FOUND,
                RangeRead.By.KEY,
                RangeRead.Between.ANY,
                RangeRead.Between.ANY));
    }

    @Nested
    class ATransaction {
        @Test
        void takesOneRevisionForAllThatItWrites() {
            log.append(put(A, ONE));
            log.append(put(C, ONE));

            Outcome.Ran ran = run(new Step.Put(B, TWO), new Step.Delete(C.asRange(), false), new Step.Put(A, TWO));

            assertThat(ran.revision()).isEqualTo(3);
            assertThat(ran.commitTs()).isEqualTo(log.lastCommitTs());
            assertThat(log.get(A).orElseThrow().modRevision()).isEqualTo(3);
            assertThat(log.get(B).orElseThrow().createRevision()).isEqualTo(3);
            assertThat(log.changes().getLast().keys()).containsExactly(B, C, A);
        }

        @Test
        void takesNoneIfItWritesNothing() {
            log.append(put(A, ONE));

            assertThat(run(read(A), new Step.Delete(B.asRange(), true)).revision())
                    .isEqualTo(1);
            assertThat(log.meta().revision()).isEqualTo(1);
        }

        @Test
        void readsItsOwnWritesAtTheRevisionThatTheyTake() {
            log.append(NestedTxn.of(new Step.Put(A, ONE), new Step.Put(B, ONE)));

            Outcome.Ran ran = run(
                    read(A),
                    new Step.Put(A, TWO, 0, Step.Keeps.NOTHING, true),
                    read(A),
                    new Step.Delete(B.asRange(), true),
                    new Step.Delete(new KeyRange(B.bytes(), Bytes.EMPTY), true),
                    new Step.Read(RangeRead.of(KeyRange.ALL, 0)));

            assertThat(rows(ran, 0).rows()).extracting(KeyValue::value).containsExactly(ONE);
            assertThat(rows(ran, 1).rows()).extracting(KeyValue::value).containsExactly(ONE);
            assertThat(rows(ran, 2).rows()).singleElement().satisfies(row -> {
                assertThat(row.value()).isEqualTo(TWO);
                assertThat(row.version()).isEqualTo(2);
                assertThat(row.modRevision()).isEqualTo(2);
                assertThat(row.createRevision()).isEqualTo(1);
            });
            assertThat(rows(ran, 3).rows()).extracting(KeyValue::key).containsExactly(B);
            assertThat(rows(ran, 4).count()).isZero();
            assertThat(rows(ran, 5).rows()).extracting(KeyValue::key).containsExactly(A);
        }

        @Test
        void startsTheVersionAgainAfterADelete() {
            run(new Step.Put(A, ONE));
            run(new Step.Put(A, TWO));
            run(new Step.Delete(A.asRange(), false));

            run(new Step.Put(A, ONE));

            assertThat(log.get(A).orElseThrow().version()).isEqualTo(1);
            assertThat(log.get(A).orElseThrow().createRevision()).isEqualTo(4);
        }

        @Test
        void choosesNestedBranchesByTheStateBeforeIt() {
            var absent = new RangeCompare(A.asRange(), Relation.EQUAL, new RangeCompare.Target.Version(0));
            var inner = new Step.Nested(
                    new NestedTxn(List.of(absent), List.of(new Step.Put(B, ONE)), List.of(new Step.Put(B, TWO))));

            Outcome.Ran ran = run(new Step.Put(A, ONE), inner);

            assertThat(ran.results().get(2)).isEqualTo(new StepResult.Chose(Branch.THEN));
            assertThat(log.get(B).orElseThrow().value()).isEqualTo(ONE);
        }

        @Test
        void givesUpAsAWhole() {
            assertThat(log.append(NestedTxn.of(new Step.Put(A, ONE), new Step.Put(B, Bytes.EMPTY, 0, VALUE, false))))
                    .isEqualTo(new Outcome.KeyMissing());
            assertThat(log.keys()).isEmpty();
            assertThat(log.meta().revision()).isZero();
        }
    }

    @Nested
    class ACompare {
        @Test
        void mustHoldForEveryKeyOfItsRange() {
            log.append(put(A, ONE));
            log.append(put(B, TWO));

            assertThat(branch(KeyRange.ALL, Relation.GREATER, new RangeCompare.Target.ModRevision(0)))
                    .isEqualTo(Branch.THEN);
            assertThat(branch(KeyRange.ALL, Relation.GREATER, new RangeCompare.Target.ModRevision(1)))
                    .isEqualTo(Branch.OTHERWISE);
        }

        @Test
        void findsNoValueWhereThereIsNoKey() {
            assertThat(branch(A.asRange(), Relation.NOT_EQUAL, new RangeCompare.Target.Value(ONE)))
                    .isEqualTo(Branch.OTHERWISE);
            assertThat(branch(A.asRange(), Relation.EQUAL, new RangeCompare.Target.LeaseId(0)))
                    .isEqualTo(Branch.THEN);
            assertThat(branch(new KeyRange(A.bytes(), A.bytes()), Relation.EQUAL, new RangeCompare.Target.Version(0)))
                    .isEqualTo(Branch.THEN);
        }

        private Branch branch(KeyRange keys, Relation relation, RangeCompare.Target target) {
            var txn = new NestedTxn(List.of(new RangeCompare(keys, relation, target)), List.of(), List.of());
            return ((StepResult.Chose) ((Outcome.Ran) log.append(txn)).results().getFirst()).branch();
        }
    }

    @Nested
    class ALease {
        @Test
        void isTakenLeftAndKept() {
            log.append(new GrantLease(7, 60, 10, 10));
            run(attach(A), attach(B), attach(C));

            run(
                    new Step.Put(A, TWO),
                    new Step.Put(B, TWO, 0, LEASE, false),
                    new Step.Put(C, Bytes.EMPTY, 0, VALUE, false));

            assertThat(log.get(A).orElseThrow().leaseId()).isZero();
            assertThat(log.get(B).orElseThrow().leaseId()).isEqualTo(7);
            assertThat(log.get(B).orElseThrow().value()).isEqualTo(TWO);
            assertThat(log.get(C).orElseThrow().leaseId()).isZero();
            assertThat(log.get(C).orElseThrow().value()).isEqualTo(ONE);
            assertThat(log.append(new RevokeLease(7))).isInstanceOf(Outcome.LeaseRevoked.class);
            assertThat(log.keys()).containsExactly("a", "c");
        }

        @Test
        void thatIsUnknownFailsTheWholeTransaction() {
            assertThat(log.append(NestedTxn.of(new Step.Put(A, ONE), attach(B))))
                    .isEqualTo(new Outcome.LeaseNotFound(7));
            assertThat(log.keys()).isEmpty();
        }

        @Test
        void thatIsUnknownInABranchThatDoesNotRunIsNoMatter() {
            var never = new RangeCompare(A.asRange(), Relation.GREATER, new RangeCompare.Target.Version(0));

            assertThat(log.append(new NestedTxn(List.of(never), List.of(attach(A)), List.of())))
                    .isInstanceOf(Outcome.Ran.class);
        }

        @Test
        void thatWouldBeFullFailsTheWholeTransaction() {
            log.append(new GrantLease(7, 60, 10, 2));
            run(attach(A), attach(B));

            assertThat(log.append(NestedTxn.of(attach(C)))).isEqualTo(new Outcome.LeaseFull(7, 2));
            assertThat(log.append(NestedTxn.of(attach(C), new Step.Delete(A.asRange(), false))))
                    .isInstanceOf(Outcome.Ran.class);
            assertThat(log.keys()).containsExactly("b", "c");
        }

        @Test
        void orTimeToLiveIsKept() {
            log.append(Txn.of(new Operation.Put(A, ONE, 5_000)));
            Timestamp expiresAt = log.get(A).orElseThrow().expiresAt();

            run(new Step.Put(A, TWO, 0, LEASE, false));
            assertThat(log.get(A).orElseThrow().expiresAt()).isEqualTo(expiresAt);

            run(new Step.Put(A, ONE));
            assertThat(log.get(A).orElseThrow().expiresAt()).isEqualTo(Timestamp.NONE);
        }

        private static Step attach(Key key) {
            return new Step.Put(key, ONE, 7, Step.Keeps.NOTHING, false);
        }
    }

    @Nested
    class AReadInThePast {
        @Test
        void doesNotSeeTheWritesBeforeIt() {
            log.append(put(A, ONE));
            log.append(put(A, TWO));

            Outcome.Ran ran = run(new Step.Delete(A.asRange(), false), readAt(A, 1), readAt(A, 2), readAt(A, 0));

            assertThat(rows(ran, 1).rows()).extracting(KeyValue::value).containsExactly(ONE);
            assertThat(rows(ran, 2).rows()).extracting(KeyValue::value).containsExactly(TWO);
            assertThat(rows(ran, 3).count()).isZero();
        }

        @Test
        void ofWhatIsNotYetOrNoLongerFailsTheWholeTransaction() {
            log.append(put(A, ONE));
            log.append(put(A, TWO));
            Timestamp floor = log.lastCommitTs();
            log.append(new RaiseGcFloor(floor));

            assertThat(log.append(NestedTxn.of(new Step.Put(B, ONE), readAt(A, 3))))
                    .isEqualTo(new Outcome.RevisionInFuture(2));
            assertThat(log.append(NestedTxn.of(new Step.Put(B, ONE), readAt(A, 1))))
                    .isEqualTo(new Outcome.BelowGcFloor(floor));
            assertThat(log.keys()).containsExactly("a");
            assertThat(rows(run(readAt(A, 2)), 0).rows())
                    .extracting(KeyValue::value)
                    .containsExactly(TWO);
        }

        @Test
        void isRefusedOutsideTheLogToo() {
            log.append(put(A, ONE));
            log.append(put(A, TWO));
            log.append(new RaiseGcFloor(log.lastCommitTs()));

            assertThatThrownBy(() ->
                            log.queries().nested(NestedTxn.of(readAt(A, 1)), Integer.MAX_VALUE, log.lastCommitTs()))
                    .isInstanceOf(Compacted.class);
        }
    }

    @Nested
    class ItsResults {
        private static final Bytes LARGE = Bytes.wrap(new byte[1 << 20]);

        @Test
        void areLimited() {
            log.append(put(A, LARGE));
            log.append(put(B, LARGE));
            var all = new Step.Read(RangeRead.of(KeyRange.ALL, 0));

            assertThat(run(all).results()).hasSize(2);
            assertThat(log.append(NestedTxn.of(new Step.Put(C, ONE), all, all)))
                    .isEqualTo(new Outcome.ResultTooLarge(Limits.TXN_RESULT_BYTES));
            assertThat(log.keys()).containsExactly("a", "b");
        }

        @Test
        void areLimitedForDeletesToo() {
            log.append(put(A, LARGE));
            log.append(put(B, LARGE));
            log.append(put(C, LARGE));

            assertThat(log.append(NestedTxn.of(new Step.Delete(KeyRange.ALL, true))))
                    .isEqualTo(new Outcome.ResultTooLarge(Limits.TXN_RESULT_BYTES));
            assertThat(rows(run(new Step.Delete(KeyRange.ALL, false)), 0).count())
                    .isEqualTo(3);
        }

        @Test
        void areLimitedOutsideTheLogByWhatIsAskedFor() {
            log.append(put(A, ONE));
            var read = RangeRead.of(KeyRange.ALL, 0);

            assertThat(log.queries()
                            .range(read, 100, log.lastCommitTs())
                            .value()
                            .rows())
                    .hasSize(1);
            assertThatThrownBy(() -> log.queries().range(read, 50, log.lastCommitTs()))
                    .isInstanceOf(TooLarge.class);
        }

        @Test
        void goThroughSeveralPages() {
            for (int i = 0; i < 6; i++) {
                var steps = new Step[100];
                for (int j = 0; j < steps.length; j++) {
                    steps[j] = new Step.Put(Key.utf8("k%d%02d".formatted(i, j)), Bytes.wrap(new byte[4096]));
                }
                run(steps);
            }
            var last = new RangeRead(
                    KeyRange.ALL,
                    RangeRead.NEWEST,
                    450,
                    RangeRead.Content.KEYS_AND_VALUES,
                    RangeRead.Order.DESCENDING,
                    RangeRead.By.KEY,
                    RangeRead.Between.ANY,
                    RangeRead.Between.ANY);

            StepResult.Rows outside =
                    log.queries().range(last, 4 << 20, log.lastCommitTs()).value();
            StepResult.Rows inside =
                    rows(run(new Step.Delete(Key.utf8("k599").asRange(), false), new Step.Read(last)), 1);

            assertThat(outside.rows()).hasSize(450).first().satisfies(row -> assertThat(row.key())
                    .isEqualTo(Key.utf8("k599")));
            assertThat(outside.count()).isEqualTo(600);
            assertThat(outside.more()).isTrue();
            assertThat(inside.rows()).hasSize(450).first().satisfies(row -> assertThat(row.key())
                    .isEqualTo(Key.utf8("k598")));
            assertThat(inside.rows().getLast().key()).isEqualTo(Key.utf8("k149"));
            assertThat(inside.count()).isEqualTo(599);
        }
    }

    @Test
    void onceIsOnce() {
        var txn = NestedTxn.of(new Step.Put(A, ONE), read(A));

        Outcome first = log.appendOnce("nested", 10_000, txn);

        assertThat(log.appendOnce("nested", 10_000, txn)).isEqualTo(first);
        assertThat(log.get(A).orElseThrow().version()).isEqualTo(1);
    }

    @Nested
    class AReadInManyViews {
        private static final int TRANSACTIONS = 140;
        private static final int KEYS_EACH = 120;

        @Test
        void beginsAgainAtANewerMomentWhenTheFloorOvertakesIt() {
            fill();
            var views = new AtomicInteger();
            var queries = new Queries(beforeEachView(() -> {
                if (views.incrementAndGet() == 2) {
                    log.append(put(A, ONE));
                    log.append(new RaiseGcFloor(log.lastCommitTs()));
                }
            }));

            var found = queries.range(keys(RangeRead.NEWEST), 64 << 20, log.lastCommitTs());

            assertThat(found.value().rows()).hasSize(TRANSACTIONS * KEYS_EACH + 1);
            assertThat(found.value().count()).isEqualTo(TRANSACTIONS * KEYS_EACH + 1);
            assertThat(found.revision()).isEqualTo(TRANSACTIONS + 1);
            assertThat(views.get()).isGreaterThan(3);
        }

        @Test
        void isRefusedWhenTheFloorOvertakesTheRevisionItAsksFor() {
            fill();
            var queries = new Queries(beforeEachView(() -> {
                log.append(put(A, ONE));
                log.append(new RaiseGcFloor(log.lastCommitTs()));
            }));

            assertThatThrownBy(() -> queries.range(keys(TRANSACTIONS), 64 << 20, log.lastCommitTs()))
                    .isInstanceOf(Compacted.class);
        }

        private void fill() {
            for (int i = 0; i < TRANSACTIONS; i++) {
                var steps = new Step[KEYS_EACH];
                for (int j = 0; j < steps.length; j++) {
                    steps[j] = new Step.Put(Key.utf8("k%03d%03d".formatted(i, j)), ONE);
                }
                run(steps);
            }
        }

        private static RangeRead keys(long revision) {
            return new RangeRead(
                    KeyRange.ALL,
                    revision,
                    0,
                    RangeRead.Content.KEYS_ONLY,
                    RangeRead.Order.AS_FOUND,
                    RangeRead.By.KEY,
                    RangeRead.Between.ANY,
                    RangeRead.Between.ANY);
        }

        private Store beforeEachView(Runnable happens) {
            return (Store) Proxy.newProxyInstance(
                    Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("read")) {
                            happens.run();
                        }
                        return method.invoke(log.store(), arguments);
                    });
        }
    }
}
