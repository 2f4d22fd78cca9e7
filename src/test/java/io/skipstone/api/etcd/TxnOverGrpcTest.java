package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.etcd.v3.Compare;
import io.skipstone.api.etcd.v3.Compare.CompareResult;
import io.skipstone.api.etcd.v3.Compare.CompareTarget;
import io.skipstone.api.etcd.v3.DeleteRangeRequest;
import io.skipstone.api.etcd.v3.PutRequest;
import io.skipstone.api.etcd.v3.RangeRequest;
import io.skipstone.api.etcd.v3.RequestOp;
import io.skipstone.api.etcd.v3.ResponseHeader;
import io.skipstone.api.etcd.v3.ResponseOp;
import io.skipstone.api.etcd.v3.TxnRequest;
import io.skipstone.api.etcd.v3.TxnResponse;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class TxnOverGrpcTest extends KvTest {
    private static RequestOp op(PutRequest.Builder put) {
        return RequestOp.newBuilder().setRequestPut(put).build();
    }

    private static RequestOp op(RangeRequest.Builder range) {
        return RequestOp.newBuilder().setRequestRange(range).build();
    }

    private static RequestOp op(DeleteRangeRequest.Builder delete) {
        return RequestOp.newBuilder().setRequestDeleteRange(delete).build();
    }

    private static RequestOp op(TxnRequest.Builder txn) {
        return RequestOp.newBuilder().setRequestTxn(txn).build();
    }

    private static TxnRequest.Builder then(RequestOp... operations) {
        return TxnRequest.newBuilder().addAllSuccess(List.of(operations));
    }

    private TxnResponse run(RequestOp... operations) {
        return kv.txn(then(operations).build());
    }

    private Compare.Builder compare(String name, CompareTarget target, CompareResult result) {
        return Compare.newBuilder().setKey(key(name)).setTarget(target).setResult(result);
    }

    private boolean holds(Compare.Builder compare) {
        return kv.txn(TxnRequest.newBuilder().addCompare(compare).build()).getSucceeded();
    }

    @Nested
    @TestProfile(OneNode.class)
    class ATransaction {
        @Test
        void runsTheBranchThatItsComparesChoose() {
            TxnRequest request = then(op(putting("a", "mine")))
                    .addCompare(compare("a", CompareTarget.CREATE, CompareResult.EQUAL)
                            .setCreateRevision(0))
                    .addFailure(op(one("a")))
                    .build();

            TxnResponse first = kv.txn(request);
            TxnResponse second = kv.txn(request);

            assertThat(first.getSucceeded()).isTrue();
            assertThat(first.getResponses(0).getResponsePut().getHeader().getRevision())
                    .isEqualTo(first.getHeader().getRevision());
            assertThat(second.getSucceeded()).isFalse();
            assertThat(second.getResponses(0).getResponseRange().getKvs(0).getValue())
                    .isEqualTo(text("mine"));
            assertThat(second.getHeader().getRevision())
                    .isEqualTo(first.getHeader().getRevision());
        }

        @Test
        void seesItsOwnWritesUnderOneRevision() {
            write("a", "1");
            long before = write("b", "1").getHeader().getRevision();

            TxnResponse answer = run(
                    op(one("a")),
                    op(putting("a", "2").setPrevKv(true)),
                    op(prefix("").setKeysOnly(true)),
                    op(deleting("b").setPrevKv(true)),
                    op(prefix("").setCountOnly(true)),
                    op(putting("c", "3")),
                    op(prefix("")));

            long revision = answer.getHeader().getRevision();
            assertThat(revision).isEqualTo(before + 1);
            assertThat(answer.getResponses(0).getResponseRange().getKvs(0).getValue())
                    .isEqualTo(text("1"));
            assertThat(answer.getResponses(1).getResponsePut().getPrevKv().getValue())
                    .isEqualTo(text("1"));
            assertThat(names(answer.getResponses(2).getResponseRange())).containsExactly("a", "b");
            assertThat(answer.getResponses(3).getResponseDeleteRange().getDeleted())
                    .isEqualTo(1);
            assertThat(answer.getResponses(3)
                            .getResponseDeleteRange()
                            .getPrevKvs(0)
                            .getKey())
                    .isEqualTo(key("b"));
            assertThat(answer.getResponses(4).getResponseRange().getCount()).isEqualTo(1);
            var rows = answer.getResponses(6).getResponseRange();
            assertThat(names(rows)).containsExactly("a", "c");
            assertThat(rows.getKvsList()).allMatch(row -> row.getModRevision() == revision);
            assertThat(rows.getKvs(0).getVersion()).isEqualTo(2);
            assertThat(kv.range(prefix("").build()).getKvsList()).isEqualTo(rows.getKvsList());
        }

        @Test
        void showsInsideTheRevisionAsEachRequestFoundIt() {
            long before = write("a", "1").getHeader().getRevision();

            TxnResponse answer =
                    run(op(one("a")), op(deleting("none")), op(putting("a", "2")), op(one("a")), op(then()));

            assertThat(answer.getResponsesList().stream()
                            .map(TxnOverGrpcTest::header)
                            .map(ResponseHeader::getRevision))
                    .containsExactly(before, before, before + 1, before + 1, 0L);
            assertThat(answer.getResponses(0).getResponseRange().getHeader().getMemberId())
                    .isZero();
        }

        @Test
        void takesNoRevisionIfItWritesNothing() {
            long before = write("a", "1").getHeader().getRevision();

            assertThat(run(op(deleting("none")), op(one("a"))).getHeader().getRevision())
                    .isEqualTo(before);
            assertThat(run().getHeader().getRevision()).isEqualTo(before);
        }

        @Test
        void nests() {
            write("a", "1");
            var absent =
                    compare("b", CompareTarget.VERSION, CompareResult.EQUAL).setVersion(0);
            var inner = then(op(one("a")), op(then(op(putting("c", "deep")))))
                    .addCompare(absent)
                    .addFailure(op(putting("c", "wrong")));

            TxnResponse answer = run(op(putting("b", "now")), op(inner), op(one("c")));

            TxnResponse nested = answer.getResponses(1).getResponseTxn();
            assertThat(nested.getSucceeded()).isTrue();
            assertThat(nested.getResponses(0).getResponseRange().getKvs(0).getValue())
                    .isEqualTo(text("1"));
            assertThat(nested.getResponses(1)
                            .getResponseTxn()
                            .getResponses(0)
                            .getResponsePut()
                            .getHeader()
                            .getRevision())
                    .isEqualTo(answer.getHeader().getRevision());
            assertThat(answer.getResponses(2).getResponseRange().getKvs(0).getValue())
                    .isEqualTo(text("deep"));
        }

        @Test
        void readsAtOneMomentOrInThePast() {
            long first = write("a", "1").getHeader().getRevision();
            write("a", "2");

            for (boolean serializable : new boolean[] {false, true}) {
                TxnResponse answer = run(
                        op(one("a").setSerializable(serializable)),
                        op(one("a").setRevision(first).setSerializable(serializable)),
                        op(then(op(one("none").setSerializable(serializable)))));

                assertThat(answer.getResponses(0).getResponseRange().getKvs(0).getValue())
                        .isEqualTo(text("2"));
                assertThat(answer.getResponses(1).getResponseRange().getKvs(0).getValue())
                        .isEqualTo(text("1"));
                assertThat(answer.getResponses(2)
                                .getResponseTxn()
                                .getResponses(0)
                                .getResponseRange()
                                .getCount())
                        .isZero();
            }
        }

        @Test
        void readsInThePastBesideItsWrites() {
            long first = write("a", "1").getHeader().getRevision();

            TxnResponse answer = run(op(putting("a", "2")), op(one("a").setRevision(first)));

            assertThat(answer.getResponses(1).getResponseRange().getKvs(0).getValue())
                    .isEqualTo(text("1"));
        }

        @Test
        void findsTheOldestKeyLikeALockDoes() {
            write("lock/2", "first");
            write("lock/1", "second");
            var owner = prefix("lock/")
                    .setSortTarget(RangeRequest.SortTarget.CREATE)
                    .setSortOrder(RangeRequest.SortOrder.ASCEND)
                    .setLimit(1);

            TxnResponse answer = run(op(putting("lock/0", "third")), op(owner));

            assertThat(names(answer.getResponses(1).getResponseRange())).containsExactly("lock/2");
            assertThat(answer.getResponses(1).getResponseRange().getCount()).isEqualTo(3);
        }

        @Test
        void attachesToALease() {
            long lease = grantLease();

            run(op(putting("a", "1").setLease(lease)), op(putting("b", "1")));

            assertThat(get("a").getLease()).isEqualTo(lease);
            assertThat(get("b").getLease()).isZero();
        }

        @Test
        void isRefusedInEtcdsWordsAndAsAWhole() {
            RequestOp put = op(putting("a", "1"));
            assertRefused(EtcdError.DUPLICATE_KEY, () -> run(put, put));
            assertRefused(
                    EtcdError.DUPLICATE_KEY, () -> run(put, op(deleting("").setRangeEnd(endOf("")))));
            assertRefused(EtcdError.DUPLICATE_KEY, () -> run(op(deleting("a")), op(then(put))));
            assertRefused(EtcdError.KEY_NOT_PROVIDED, () -> run(put, op(RangeRequest.newBuilder())));
            assertRefused(EtcdError.KEY_NOT_PROVIDED, () -> run(put, op(then(op(PutRequest.newBuilder())))));
            assertRefused(EtcdError.KEY_NOT_PROVIDED, () -> holds(Compare.newBuilder()));
            assertRefused(EtcdError.KEY_NOT_FOUND, () -> run(put, RequestOp.getDefaultInstance()));
            assertRefused(
                    EtcdError.KEY_NOT_FOUND, () -> run(put, op(putting("b", "").setIgnoreValue(true))));
            assertRefused(
                    EtcdError.VALUE_PROVIDED,
                    () -> run(put, op(putting("b", "v").setIgnoreValue(true))));
            assertRefused(
                    EtcdError.LEASE_NOT_FOUND,
                    () -> run(put, op(putting("b", "v").setLease(1))));
            assertRefused(EtcdError.INVALID_SORT_OPTION, () -> run(put, op(one("b").setSortOrderValue(9))));
            assertRefused(EtcdError.FUTURE_REVISION, () -> run(put, op(one("b").setRevision(Long.MAX_VALUE))));
            assertRefused(EtcdError.FUTURE_REVISION, () -> run(op(one("b").setRevision(Long.MAX_VALUE))));
            assertThat(kv.range(prefix("").build()).getCount()).isZero();
        }

        @Test
        void hasAtMostSoManyOperations() {
            List<RequestOp> most = Collections.nCopies(128, op(one("a")));

            assertThat(kv.txn(TxnRequest.newBuilder().addAllFailure(most).build())
                            .getSucceeded())
                    .isTrue();
            assertRefused(
                    EtcdError.TOO_MANY_OPERATIONS,
                    () -> kv.txn(then(op(one("a"))).addAllSuccess(most).build()));
            assertRefused(
                    EtcdError.TOO_MANY_OPERATIONS,
                    () -> run(op(TxnRequest.newBuilder().addAllSuccess(most))));
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class ACompare {
        @Test
        void looksAtEachTargetInEachRelation() {
            long lease = grantLease();
            long create = kv.put(putting("a", "m").setLease(lease).build())
                    .getHeader()
                    .getRevision();
            long mod = kv.put(putting("a", "m").setIgnoreLease(true).build())
                    .getHeader()
                    .getRevision();

            assertRelations(
                    compare("a", CompareTarget.VERSION, CompareResult.EQUAL).setVersion(1),
                    compare("a", CompareTarget.VERSION, CompareResult.EQUAL).setVersion(2),
                    compare("a", CompareTarget.VERSION, CompareResult.EQUAL).setVersion(3));
            assertRelations(
                    compare("a", CompareTarget.CREATE, CompareResult.EQUAL).setCreateRevision(create - 1),
                    compare("a", CompareTarget.CREATE, CompareResult.EQUAL).setCreateRevision(create),
                    compare("a", CompareTarget.CREATE, CompareResult.EQUAL).setCreateRevision(create + 1));
            assertRelations(
                    compare("a", CompareTarget.MOD, CompareResult.EQUAL).setModRevision(-1),
                    compare("a", CompareTarget.MOD, CompareResult.EQUAL).setModRevision(mod),
                    compare("a", CompareTarget.MOD, CompareResult.EQUAL).setModRevision(Long.MAX_VALUE));
            assertRelations(
                    compare("a", CompareTarget.VALUE, CompareResult.EQUAL).setValue(text("lz")),
                    compare("a", CompareTarget.VALUE, CompareResult.EQUAL).setValue(text("m")),
                    compare("a", CompareTarget.VALUE, CompareResult.EQUAL).setValue(text("m0")));
            assertRelations(
                    compare("a", CompareTarget.LEASE, CompareResult.EQUAL).setLease(lease - 1),
                    compare("a", CompareTarget.LEASE, CompareResult.EQUAL).setLease(lease),
                    compare("a", CompareTarget.LEASE, CompareResult.EQUAL).setLease(lease + 1));
        }

        private void assertRelations(Compare.Builder below, Compare.Builder same, Compare.Builder above) {
            assertThat(holds(below.setResult(CompareResult.GREATER))).isTrue();
            assertThat(holds(same.setResult(CompareResult.GREATER))).isFalse();
            assertThat(holds(same.setResult(CompareResult.EQUAL))).isTrue();
            assertThat(holds(same.setResult(CompareResult.NOT_EQUAL))).isFalse();
            assertThat(holds(above.setResult(CompareResult.NOT_EQUAL))).isTrue();
            assertThat(holds(above.setResult(CompareResult.LESS))).isTrue();
            assertThat(holds(below.setResult(CompareResult.LESS))).isFalse();
        }

        @Test
        void ofAMissingKeyComparesWithZero() {
            for (CompareTarget target : new CompareTarget[] {
                CompareTarget.VERSION, CompareTarget.CREATE, CompareTarget.MOD, CompareTarget.LEASE
            }) {
                assertThat(holds(compare("none", target, CompareResult.EQUAL))).isTrue();
                assertThat(holds(compare("none", target, CompareResult.GREATER)))
                        .isFalse();
            }
            assertThat(holds(compare("none", CompareTarget.VALUE, CompareResult.EQUAL)))
                    .isFalse();
            assertThat(holds(compare("none", CompareTarget.VALUE, CompareResult.NOT_EQUAL)
                            .setValue(text("v"))))
                    .isFalse();
        }

        /** Revision 1 is that of an empty store: between a missing key, which has 0, and every other one. */
        @Test
        void withTheRevisionOfAnEmptyStoreTellsMissingKeysFromOthers() {
            write("a", "1");
            for (CompareTarget target : new CompareTarget[] {CompareTarget.CREATE, CompareTarget.MOD}) {
                for (String name : new String[] {"a", "none"}) {
                    boolean present = name.equals("a");
                    assertThat(holds(revisionOne(name, target, CompareResult.EQUAL)))
                            .isFalse();
                    assertThat(holds(revisionOne(name, target, CompareResult.NOT_EQUAL)))
                            .isTrue();
                    assertThat(holds(revisionOne(name, target, CompareResult.GREATER)))
                            .isEqualTo(present);
                    assertThat(holds(revisionOne(name, target, CompareResult.LESS)))
                            .isEqualTo(!present);
                }
            }
        }

        private Compare.Builder revisionOne(String name, CompareTarget target, CompareResult result) {
            Compare.Builder compare = compare(name, target, result);
            return target == CompareTarget.CREATE ? compare.setCreateRevision(1) : compare.setModRevision(1);
        }

        @Test
        void takesATargetThatIsNotTheOneNamedAsZero() {
            write("a", "1");

            assertThat(holds(compare("a", CompareTarget.VERSION, CompareResult.GREATER)
                            .setModRevision(100)))
                    .isTrue();
        }

        @Test
        void ofARangeMustHoldForEachOfItsKeys() {
            write("a", "1");
            write("b", "1");
            write("b", "2");
            var range = compare("", CompareTarget.VERSION, CompareResult.LESS).setRangeEnd(endOf(""));

            assertThat(holds(range.setVersion(3))).isTrue();
            assertThat(holds(range.setVersion(2))).isFalse();
            assertThat(holds(compare("b", CompareTarget.VERSION, CompareResult.EQUAL)
                            .setRangeEnd(key("a"))
                            .setVersion(0)))
                    .isTrue();
        }
    }

    private static ResponseHeader header(ResponseOp answer) {
        return switch (answer.getResponseCase()) {
            case RESPONSE_RANGE -> answer.getResponseRange().getHeader();
            case RESPONSE_PUT -> answer.getResponsePut().getHeader();
            case RESPONSE_DELETE_RANGE -> answer.getResponseDeleteRange().getHeader();
            case RESPONSE_TXN -> answer.getResponseTxn().getHeader();
            case RESPONSE_NOT_SET -> throw new IllegalStateException("an empty answer");
        };
    }
}
