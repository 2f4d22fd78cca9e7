package io.skipstone.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Command;
import io.skipstone.command.Command.ExpireLease;
import io.skipstone.command.Command.GrantLease;
import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Command.RevokeLease;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Operation.Delete;
import io.skipstone.command.Operation.Put;
import io.skipstone.command.Outcome;
import io.skipstone.model.Change;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import io.skipstone.store.ReadView;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What entries on leases come to. */
abstract class LeaseContract extends ApplyContract {
    private static final long TERM = 1;
    private static final Key C = Key.utf8("c");

    private Timestamp grant(long id) {
        Outcome outcome = log.append(new GrantLease(id, 60, 3, 2));
        assertThat(outcome).isEqualTo(new Outcome.LeaseGranted(id, 60, log.lastCommitTs()));
        return log.lastCommitTs();
    }

    private static Command attach(Key key, long lease) {
        return Txn.of(new Put(key, ONE, 0, lease));
    }

    private Optional<GrantedLease> lease(long id) {
        try (ReadView view = log.store().read()) {
            return view.lease(id);
        }
    }

    @Nested
    class AGrant {
        @Test
        void makesALeaseAndTakesNoRevision() {
            Timestamp granted = grant(7);

            assertThat(lease(7)).contains(new GrantedLease(7, 60, granted, 2, 0));
            assertThat(log.meta().revision()).isZero();
        }

        @Test
        void ofAnIdThatIsTakenChangesNothing() {
            Timestamp granted = grant(7);

            assertThat(log.append(new GrantLease(7, 99, 3, 2))).isEqualTo(new Outcome.LeaseExists(7));
            assertThat(lease(7).orElseThrow().granted()).isEqualTo(granted);
        }

        @Test
        void beyondTheLimitChangesNothing() {
            grant(1);
            grant(2);
            grant(3);

            assertThat(log.append(new GrantLease(4, 60, 3, 2))).isEqualTo(new Outcome.TooManyLeases(3));
            assertThat(lease(4)).isEmpty();
        }

        @Test
        void onceIsRemembered() {
            var first = log.appendOnce("grant", 10_000, new GrantLease(7, 60, 3, 2));

            assertThat(log.appendOnce("grant", 10_000, new GrantLease(7, 60, 3, 2)))
                    .isEqualTo(first);
        }
    }

    @Nested
    class APut {
        @Test
        void attachesItsKey() {
            grant(7);

            log.append(attach(A, 7));

            assertThat(log.get(A).orElseThrow().leaseId()).isEqualTo(7);
            assertThat(lease(7).orElseThrow().keys()).isEqualTo(1);
        }

        @Test
        void withoutALeaseDetachesItsKey() {
            grant(7);
            log.append(attach(A, 7));

            log.append(put(A, TWO));

            assertThat(lease(7).orElseThrow().keys()).isZero();
            assertThat(log.append(new RevokeLease(7))).isInstanceOf(Outcome.LeaseRevoked.class);
            assertThat(log.get(A)).isPresent();
        }

        @Test
        void withAnUnknownLeaseFailsItsWholeTransaction() {
            Outcome outcome = log.append(Txn.of(new Put(A, ONE, 0), new Put(B, ONE, 0, 9)));

            assertThat(outcome).isEqualTo(new Outcome.LeaseNotFound(9));
            assertThat(log.keys()).isEmpty();
            assertThat(log.meta().revision()).isZero();
        }

        @Test
        void withAnUnknownLeaseInTheBranchThatDoesNotRunIsNoMatter() {
            Outcome outcome = log.append(new Txn(
                    List.of(exists(A, false)),
                    List.of(new Put(A, ONE, 0)),
                    List.of(new Put(A, ONE, 0, 9)),
                    ReadSet.NONE));

            assertThat(outcome).isInstanceOf(Outcome.Committed.class);
        }

        @Test
        void beyondTheLeasesLimitFailsItsWholeTransaction() {
            grant(7);
            log.append(attach(A, 7));

            Outcome outcome = log.append(Txn.of(new Put(B, ONE, 0, 7), new Put(C, ONE, 0, 7)));

            assertThat(outcome).isEqualTo(new Outcome.LeaseFull(7, 2));
            assertThat(log.keys()).containsExactly("a");
        }

        @Test
        void mayTakeThePlaceThatTheSameTransactionMakes() {
            grant(7);
            log.append(attach(A, 7));
            log.append(attach(B, 7));

            Outcome outcome = log.append(Txn.of(new Put(C, ONE, 0, 7), new Put(B, TWO, 0, 7), new Delete(A)));

            assertThat(outcome).isInstanceOf(Outcome.Committed.class);
            assertThat(lease(7).orElseThrow().keys()).isEqualTo(2);
        }
    }

    @Nested
    class ARevoke {
        @Test
        void deletesTheKeysInOneRevision() {
            grant(7);
            log.append(attach(B, 7));
            log.append(attach(A, 7));

            Outcome outcome = log.append(new RevokeLease(7));

            assertThat(outcome).isEqualTo(new Outcome.LeaseRevoked(7, 2, 3, log.lastCommitTs()));
            assertThat(log.keys()).isEmpty();
            assertThat(log.changes().getLast()).isEqualTo(new Change(3, log.lastCommitTs(), List.of(B, A)));
            assertThat(lease(7)).isEmpty();
        }

        @Test
        void ofAnUnknownLeaseChangesNothing() {
            assertThat(log.append(new RevokeLease(7))).isEqualTo(new Outcome.LeaseNotFound(7));
        }
    }

    @Nested
    class AnExpiry {
        @Test
        void doesWhatARevokeDoes() {
            Timestamp granted = grant(7);
            log.append(attach(A, 7));

            Outcome outcome = log.append(new ExpireLease(7, granted, TERM));

            assertThat(outcome).isEqualTo(new Outcome.LeaseRevoked(7, 1, 2, log.lastCommitTs()));
            assertThat(log.keys()).isEmpty();
        }

        @Test
        void decidedInAnotherTermKeepsTheLease() {
            Timestamp granted = grant(7);
            log.append(attach(A, 7));

            assertThat(log.append(new ExpireLease(7, granted, TERM - 1))).isEqualTo(new Outcome.LeaseKept(7));
            assertThat(log.append(new ExpireLease(7, granted, TERM + 1))).isEqualTo(new Outcome.LeaseKept(7));
            assertThat(log.keys()).containsExactly("a");
            assertThat(lease(7)).isPresent();
        }

        @Test
        void decidedOnAnEarlierLeaseOfTheIdKeepsTheLease() {
            Timestamp earlier = grant(7);
            log.append(new RevokeLease(7));
            grant(7);

            assertThat(log.append(new ExpireLease(7, earlier, TERM))).isEqualTo(new Outcome.LeaseKept(7));
            assertThat(lease(7)).isPresent();
        }

        @Test
        void ofALeaseThatIsGoneChangesNothing() {
            Timestamp granted = grant(7);
            log.append(new RevokeLease(7));

            assertThat(log.append(new ExpireLease(7, granted, TERM))).isEqualTo(new Outcome.LeaseNotFound(7));
        }
    }
}
