package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.etcd.v3.CompactionRequest;
import io.skipstone.api.etcd.v3.DeleteRangeRequest;
import io.skipstone.api.etcd.v3.KeyValue;
import io.skipstone.api.etcd.v3.PutRequest;
import io.skipstone.api.etcd.v3.RangeRequest;
import io.skipstone.api.etcd.v3.RangeRequest.SortOrder;
import io.skipstone.api.etcd.v3.RangeRequest.SortTarget;
import io.skipstone.api.etcd.v3.RangeResponse;
import io.skipstone.model.Key;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class KvOverGrpcTest extends KvTest {
    @Nested
    @TestProfile(OneNode.class)
    class APut {
        @Test
        void isReadBackWithItsNumbers() {
            var first = write("a", "one");
            var second = write("a", "two");

            RangeResponse read = kv.range(one("a").build());

            assertThat(second.getHeader().getRevision())
                    .isEqualTo(first.getHeader().getRevision() + 1);
            assertThat(second.hasPrevKv()).isFalse();
            assertThat(read.getCount()).isEqualTo(1);
            assertThat(read.getMore()).isFalse();
            assertThat(read.getKvsList())
                    .containsExactly(KeyValue.newBuilder()
                            .setKey(key("a"))
                            .setValue(text("two"))
                            .setCreateRevision(first.getHeader().getRevision())
                            .setModRevision(second.getHeader().getRevision())
                            .setVersion(2)
                            .build());
            assertThat(read.getHeader().getRevision())
                    .isGreaterThanOrEqualTo(second.getHeader().getRevision());
            assertThat(read.getHeader().getClusterId()).isNotZero();
            assertThat(read.getHeader().getMemberId()).isNotZero();
            assertThat(read.getHeader().getRaftTerm()).isPositive();
        }

        @Test
        void givesBackWhatWasThere() {
            assertThat(kv.put(putting("a", "one").setPrevKv(true).build()).hasPrevKv())
                    .isFalse();

            var second = kv.put(putting("a", "two").setPrevKv(true).build());

            assertThat(second.getPrevKv().getValue()).isEqualTo(text("one"));
            assertThat(second.getPrevKv().getVersion()).isEqualTo(1);
            assertThat(second.getHeader().getRevision()).isEqualTo(get("a").getModRevision());
        }

        @Test
        void keepsTheValueOrTheLease() {
            long lease = grantLease();
            kv.put(putting("a", "one").setLease(lease).build());
            kv.put(putting("b", "one").setLease(lease).build());
            assertThat(get("a").getLease()).isEqualTo(lease);

            kv.put(putting("a", "").setIgnoreValue(true).build());
            kv.put(putting("b", "two").setIgnoreLease(true).build());

            assertThat(get("a").getValue()).isEqualTo(text("one"));
            assertThat(get("a").getLease()).isZero();
            assertThat(get("a").getVersion()).isEqualTo(2);
            assertThat(get("b").getValue()).isEqualTo(text("two"));
            assertThat(get("b").getLease()).isEqualTo(lease);
        }

        @Test
        void detachesFromTheLease() {
            kv.put(putting("a", "one").setLease(grantLease()).build());

            write("a", "two");

            assertThat(get("a").getLease()).isZero();
        }

        @Test
        void isRefusedInEtcdsWords() {
            assertRefused(EtcdError.KEY_NOT_PROVIDED, () -> kv.put(PutRequest.getDefaultInstance()));
            assertRefused(
                    EtcdError.VALUE_PROVIDED,
                    () -> kv.put(putting("a", "v").setIgnoreValue(true).build()));
            assertRefused(
                    EtcdError.LEASE_PROVIDED,
                    () -> kv.put(
                            putting("a", "v").setIgnoreLease(true).setLease(1).build()));
            assertRefused(
                    EtcdError.KEY_NOT_FOUND,
                    () -> kv.put(putting("a", "").setIgnoreValue(true).build()));
            assertRefused(
                    EtcdError.KEY_NOT_FOUND,
                    () -> kv.put(putting("a", "v").setIgnoreLease(true).build()));
            assertRefused(
                    EtcdError.LEASE_NOT_FOUND,
                    () -> kv.put(putting("a", "v").setLease(1).build()));
            assertRefused(
                    EtcdError.LEASE_NOT_FOUND,
                    () -> kv.put(putting("a", "v").setLease(1).setPrevKv(true).build()));
            assertRefused(
                    EtcdError.LEASE_NOT_FOUND,
                    () -> kv.put(putting("a", "v").setLease(-1).build()));
            assertRefused(
                    EtcdError.REQUEST_TOO_LARGE,
                    () -> kv.put(putting("a", "")
                            .setValue(ByteString.copyFrom(new byte[(1 << 20) + 1]))
                            .build()));
            assertThat(kv.range(one("a").build()).getCount()).isZero();
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class ARange {
        @Test
        void hasTheKeysFromItsStartToItsEnd() {
            write("a", "1");
            write("b", "2");
            write("c", "3");

            assertThat(names(kv.range(one("a").setRangeEnd(key("c")).build()))).containsExactly("a", "b");
            assertThat(names(kv.range(prefix("").build()))).containsExactly("a", "b", "c");
            assertThat(names(kv.range(one("a").setRangeEnd(key("a\0")).build())))
                    .containsExactly("a");
        }

        @Test
        void hasNothingIfItsEndIsNotBehindItsStart() {
            long revision = write("a", "1").getHeader().getRevision();

            for (String end : new String[] {"a", "A"}) {
                RangeResponse nothing = kv.range(one("a").setRangeEnd(key(end)).build());

                assertThat(nothing.getKvsList()).isEmpty();
                assertThat(nothing.getCount()).isZero();
                assertThat(nothing.getHeader().getRevision()).isGreaterThanOrEqualTo(revision);
            }
        }

        @Test
        void reachesToTheLastKeyWithAnEndOfZero() {
            write("a", "1");
            write("b", "2");

            RangeResponse fromB =
                    kv.range(one("b").setRangeEnd(ZERO).setKeysOnly(true).build());
            RangeResponse all = kv.range(RangeRequest.newBuilder()
                    .setKey(ZERO)
                    .setRangeEnd(ZERO)
                    .setCountOnly(true)
                    .build());

            assertThat(fromB.getKvs(0).getKey()).isEqualTo(key("b"));
            assertThat(fromB.getKvsList()).noneMatch(row -> row.getKey().equals(key("a")));
            assertThat(all.getCount()).isGreaterThan(fromB.getCount());
        }

        @Test
        void isCutByItsLimitButCountedWhole() {
            write("a", "1");
            write("b", "2");
            write("c", "3");

            RangeResponse two = kv.range(prefix("").setLimit(2).build());
            RangeResponse three = kv.range(prefix("").setLimit(3).build());

            assertThat(names(two)).containsExactly("a", "b");
            assertThat(two.getMore()).isTrue();
            assertThat(two.getCount()).isEqualTo(3);
            assertThat(three.getMore()).isFalse();
            assertThat(names(kv.range(prefix("").setLimit(-1).build()))).hasSize(3);
        }

        @Test
        void hasKeysOnlyOrACountOnly() {
            write("a", "1");

            RangeResponse keys = kv.range(prefix("").setKeysOnly(true).build());
            RangeResponse count = kv.range(prefix("").setCountOnly(true).build());
            RangeResponse countOfOne = kv.range(one("a").setCountOnly(true).build());

            assertThat(keys.getKvs(0).getValue()).isEmpty();
            assertThat(keys.getKvs(0).getVersion()).isEqualTo(1);
            assertThat(kv.range(one("a").setKeysOnly(true).build()).getKvs(0).getValue())
                    .isEmpty();
            assertThat(count.getKvsList()).isEmpty();
            assertThat(count.getCount()).isEqualTo(1);
            assertThat(countOfOne.getKvsList()).isEmpty();
            assertThat(countOfOne.getCount()).isEqualTo(1);
        }

        @Test
        void isSortedByEachTargetInEachOrder() {
            write("b", "x");
            write("a", "z");
            write("c", "y");
            write("b", "w");
            write("c", "v");
            write("c", "y");

            assertSorted(SortTarget.KEY, "a", "b", "c");
            assertSorted(SortTarget.VERSION, "a", "b", "c");
            assertSorted(SortTarget.CREATE, "b", "a", "c");
            assertSorted(SortTarget.MOD, "a", "b", "c");
            assertSorted(SortTarget.VALUE, "b", "c", "a");
        }

        private void assertSorted(SortTarget target, String... ascending) {
            RangeRequest.Builder sorted = prefix("").setSortTarget(target);
            String[] descending = {ascending[2], ascending[1], ascending[0]};

            assertThat(names(kv.range(sorted.build()))).containsExactly(ascending);
            assertThat(names(kv.range(sorted.setSortOrder(SortOrder.ASCEND).build())))
                    .containsExactly(ascending);
            assertThat(names(kv.range(sorted.setSortOrder(SortOrder.DESCEND).build())))
                    .containsExactly(descending);
            RangeResponse last = kv.range(sorted.setLimit(1).setKeysOnly(true).build());
            assertThat(names(last)).containsExactly(descending[0]);
            assertThat(last.getKvs(0).getValue()).isEmpty();
            assertThat(last.getMore()).isTrue();
            assertThat(last.getCount()).isEqualTo(3);
        }

        @Test
        void sortsWhatTheLimitLeavesWithoutAnOrder() {
            write("b", "1");
            write("a", "2");
            write("c", "0");

            RangeResponse two = kv.range(
                    prefix("").setSortTarget(SortTarget.VALUE).setLimit(1).build());

            // Of a and b, the keys that are one more than the limit, b has the smaller value.
            assertThat(names(two)).containsExactly("b");
            assertThat(two.getMore()).isTrue();
        }

        @Test
        void isFilteredByRevisions() {
            long a = write("a", "1").getHeader().getRevision();
            long b = write("b", "1").getHeader().getRevision();
            long again = write("a", "2").getHeader().getRevision();

            assertThat(names(kv.range(prefix("").setMinModRevision(again).build())))
                    .containsExactly("a");
            assertThat(names(kv.range(prefix("").setMaxModRevision(b).build()))).containsExactly("b");
            assertThat(names(kv.range(prefix("").setMinCreateRevision(b).build())))
                    .containsExactly("b");
            RangeResponse oldest = kv.range(prefix("").setMaxCreateRevision(a).build());
            assertThat(names(oldest)).containsExactly("a");
            assertThat(oldest.getCount()).isEqualTo(2);
            assertThat(oldest.getMore()).isFalse();
            assertThat(names(kv.range(one("b").setMinModRevision(again).build())))
                    .isEmpty();
            assertThat(names(kv.range(prefix("").setMaxModRevision(1).build()))).isEmpty();
            assertThat(kv.range(prefix("").setMinModRevision(1).setLimit(1).build())
                            .getMore())
                    .isTrue();
        }

        @Test
        void isReadAtAnEarlierRevision() {
            long first = write("a", "one").getHeader().getRevision();
            write("b", "one");
            kv.deleteRange(deleting("a").build());

            RangeResponse then = kv.range(prefix("").setRevision(first).build());

            assertThat(names(then)).containsExactly("a");
            assertThat(then.getHeader().getRevision()).isGreaterThan(first);
            assertThat(names(kv.range(one("a").setRevision(first).build()))).containsExactly("a");
            assertThat(names(kv.range(one("a").setRevision(-1).build()))).isEmpty();
        }

        @Test
        void isReadFromThisNodeAlone() {
            write("a", "one");

            RangeResponse read = kv.range(prefix("").setSerializable(true).build());

            assertThat(names(read)).containsExactly("a");
        }

        @Test
        void isReadWholeHoweverManyPagesItTakes() {
            var value = ByteString.copyFrom(new byte[64 << 10]);
            IntStream.range(0, 100)
                    .forEach(i -> kv.put(
                            putting("k%02d".formatted(i), "").setValue(value).build()));

            RangeResponse all = kv.range(prefix("k").build());

            assertThat(all.getKvsCount()).isEqualTo(100);
            assertThat(all.getKvsList()).allMatch(row -> row.getValue().equals(value));
            assertThat(all.getSerializedSize()).isGreaterThan(6 << 20);
        }

        @Test
        void isRefusedInEtcdsWords() {
            assertRefused(EtcdError.KEY_NOT_PROVIDED, () -> kv.range(RangeRequest.getDefaultInstance()));
            assertRefused(
                    EtcdError.KEY_NOT_PROVIDED,
                    () -> kv.range(RangeRequest.newBuilder().setRangeEnd(ZERO).build()));
            assertRefused(
                    EtcdError.INVALID_SORT_OPTION,
                    () -> kv.range(one("a").setSortOrderValue(7).build()));
            assertRefused(
                    EtcdError.INVALID_SORT_OPTION,
                    () -> kv.range(one("a").setSortTargetValue(7).build()));
            assertRefused(
                    EtcdError.FUTURE_REVISION,
                    () -> kv.range(one("a").setRevision(Long.MAX_VALUE).build()));
            assertRefused(
                    EtcdError.REQUEST_TOO_LARGE,
                    () -> kv.range(RangeRequest.newBuilder()
                            .setKey(ByteString.copyFrom(new byte[Key.MAX_BYTES + 1]))
                            .build()));
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class ADelete {
        @Test
        void tellsHowManyKeysAreGone() {
            write("a", "1");
            long before = write("b", "2").getHeader().getRevision();

            var one = kv.deleteRange(deleting("a").build());
            var again = kv.deleteRange(deleting("a").build());

            assertThat(one.getDeleted()).isEqualTo(1);
            assertThat(one.getPrevKvsList()).isEmpty();
            assertThat(one.getHeader().getRevision()).isEqualTo(before + 1);
            assertThat(again.getDeleted()).isZero();
            assertThat(again.getHeader().getRevision()).isEqualTo(before + 1);
            assertThat(names(kv.range(prefix("").build()))).containsExactly("b");
        }

        @Test
        void takesARange() {
            for (String name : new String[] {"a", "b", "c", "pa", "pb", "q"}) {
                write(name, name);
            }

            assertThat(kv.deleteRange(deleting("a").setRangeEnd(key("c")).build())
                            .getDeleted())
                    .isEqualTo(2);
            assertThat(kv.deleteRange(deleting("p").setRangeEnd(endOf("p")).build())
                            .getDeleted())
                    .isEqualTo(2);
            assertThat(kv.deleteRange(deleting("z").setRangeEnd(key("b")).build())
                            .getDeleted())
                    .isZero();
            assertThat(names(kv.range(prefix("").build()))).containsExactly("c", "q");
        }

        @Test
        void givesBackWhatWasThere() {
            write("a", "1");
            write("b", "2");

            var deleted = kv.deleteRange(
                    deleting("a").setRangeEnd(endOf("b")).setPrevKv(true).build());

            assertThat(deleted.getDeleted()).isEqualTo(2);
            assertThat(deleted.getPrevKvsList()).extracting(KeyValue::getValue).containsExactly(text("1"), text("2"));
            assertThat(kv.deleteRange(deleting("a").setPrevKv(true).build()).getPrevKvsList())
                    .isEmpty();
        }

        @Test
        void startsTheVersionAgain() {
            write("a", "1");
            write("a", "2");
            kv.deleteRange(deleting("a").build());

            long revision = write("a", "3").getHeader().getRevision();

            assertThat(get("a").getVersion()).isEqualTo(1);
            assertThat(get("a").getCreateRevision()).isEqualTo(revision);
        }

        @Test
        void isRefusedInEtcdsWords() {
            assertRefused(EtcdError.KEY_NOT_PROVIDED, () -> kv.deleteRange(DeleteRangeRequest.getDefaultInstance()));
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class ACompaction {
        @Test
        void takesAwayWhatCameBefore() {
            long first = write("a", "1").getHeader().getRevision();
            long second = write("a", "2").getHeader().getRevision();
            write("a", "3");

            var answer = compact(second);

            assertThat(answer).isGreaterThan(second);
            assertThat(kv.range(one("a").setRevision(second).build()).getKvs(0).getValue())
                    .isEqualTo(text("2"));
            assertRefused(
                    EtcdError.COMPACTED,
                    () -> kv.range(one("a").setRevision(first).build()));
            assertRefused(
                    EtcdError.COMPACTED,
                    () -> kv.range(prefix("").setRevision(first).build()));
            assertRefused(EtcdError.COMPACTED, () -> compact(second));
            assertRefused(EtcdError.COMPACTED, () -> compact(first));
            assertThat(get("a").getValue()).isEqualTo(text("3"));
        }

        @Test
        void mayGoToTheNewestRevision() {
            write("a", "1");
            long newest = write("a", "2").getHeader().getRevision();

            compact(newest);

            assertThat(get("a").getValue()).isEqualTo(text("2"));
            assertThat(kv.range(one("a").setRevision(newest).build()).getCount())
                    .isEqualTo(1);
        }

        @Test
        void ofWhatIsNotYetIsRefused() {
            long newest = write("a", "1").getHeader().getRevision();

            assertRefused(EtcdError.FUTURE_REVISION, () -> compact(newest + 1));
            assertRefused(EtcdError.FUTURE_REVISION, () -> compact(Long.MAX_VALUE));
            assertRefused(EtcdError.COMPACTED, () -> compact(-1));
        }

        private long compact(long revision) {
            return kv.compact(CompactionRequest.newBuilder()
                            .setRevision(revision)
                            .setPhysical(true)
                            .build())
                    .getHeader()
                    .getRevision();
        }
    }
}
