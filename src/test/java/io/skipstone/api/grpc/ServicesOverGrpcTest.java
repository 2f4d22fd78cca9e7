package io.skipstone.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.grpc.Status.Code;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.grpc.v1.BatchRequest;
import io.skipstone.api.grpc.v1.CommitRequest;
import io.skipstone.api.grpc.v1.CompactRequest;
import io.skipstone.api.grpc.v1.Compare;
import io.skipstone.api.grpc.v1.Condition;
import io.skipstone.api.grpc.v1.CountRequest;
import io.skipstone.api.grpc.v1.DeleteOperation;
import io.skipstone.api.grpc.v1.DeletePrefixRequest;
import io.skipstone.api.grpc.v1.DeleteRequest;
import io.skipstone.api.grpc.v1.GetOperation;
import io.skipstone.api.grpc.v1.GetRequest;
import io.skipstone.api.grpc.v1.KeyRange;
import io.skipstone.api.grpc.v1.KeySet;
import io.skipstone.api.grpc.v1.LatestCommitRequest;
import io.skipstone.api.grpc.v1.Operation;
import io.skipstone.api.grpc.v1.PinRequest;
import io.skipstone.api.grpc.v1.PutOperation;
import io.skipstone.api.grpc.v1.PutRequest;
import io.skipstone.api.grpc.v1.ReadOptions;
import io.skipstone.api.grpc.v1.ReadSet;
import io.skipstone.api.grpc.v1.ScanRequest;
import io.skipstone.api.grpc.v1.StatusRequest;
import io.skipstone.api.grpc.v1.WriteOperation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class ServicesOverGrpcTest extends GrpcTest {
    @Nested
    @TestProfile(OneNode.class)
    class OneKey {
        @Test
        void isWrittenReadAndRemoved() {
            var first = put("a", "one");
            var second = put("a", "two");

            var read = keys.get(GetRequest.newBuilder().setKey(key("a")).build());

            assertThat(first.getCreated()).isTrue();
            assertThat(second.getCreated()).isFalse();
            assertThat(second.getVersion()).isEqualTo(2);
            assertThat(read.getItem().getValue().toStringUtf8()).isEqualTo("two");
            assertThat(read.getItem().getKey()).isEqualTo(key("a"));
            assertThat(read.getItem().getCreateRevision()).isEqualTo(first.getRevision());
            assertThat(read.getItem().getModRevision()).isEqualTo(second.getRevision());
            assertThat(read.getItem().getCommitTs()).isEqualTo(second.getCommitTs());
            assertThat(read.getItem().hasExpiresAt()).isFalse();
            assertThat(read.getRead().getApplied().getIndex()).isPositive();

            var deleted =
                    keys.delete(DeleteRequest.newBuilder().setKey(key("a")).build());

            assertThat(deleted.getDeleted()).isEqualTo(1);
            assertThat(get("a")).isNull();
            assertThat(keys.latestCommit(LatestCommitRequest.newBuilder()
                                    .setKey(key("a"))
                                    .build())
                            .getCommitTs())
                    .isEqualTo(deleted.getCommitTs());
        }

        @Test
        void isAnyBytes() {
            byte[] all = new byte[256];
            for (int i = 0; i < 256; i++) {
                all[i] = (byte) i;
            }
            ByteString key = key("").concat(ByteString.copyFrom(all));
            keys.put(PutRequest.newBuilder().setKey(key).setValue(key).build());

            assertThat(keys.get(GetRequest.newBuilder().setKey(key).build())
                            .getItem()
                            .getValue())
                    .isEqualTo(key);
        }

        @Test
        void isWrittenUnderACondition() throws Exception {
            var create = PutRequest.newBuilder()
                    .setKey(key("a"))
                    .setValue(text("one"))
                    .setCondition(Condition.newBuilder().setExists(false))
                    .build();
            long revision = keys.put(create).getRevision();

            assertRefused(Code.FAILED_PRECONDITION, "precondition_failed", () -> keys.put(create));
            keys.put(PutRequest.newBuilder()
                    .setKey(key("a"))
                    .setValue(text("two"))
                    .setCondition(Condition.newBuilder().setModRevision(revision))
                    .build());
            assertRefused(
                    Code.FAILED_PRECONDITION,
                    "precondition_failed",
                    () -> keys.delete(DeleteRequest.newBuilder()
                            .setKey(key("a"))
                            .setCondition(Condition.newBuilder().setModRevision(revision))
                            .build()));
            assertThat(get("a")).isEqualTo("two");
        }

        @Test
        void isWrittenOnceWithAnIdempotencyKey() throws Exception {
            var once = PutRequest.newBuilder()
                    .setKey(key("a"))
                    .setValue(text("one"))
                    .setIdempotencyKey(text(room))
                    .build();
            var first = keys.put(once);
            put("a", "two");

            assertThat(keys.put(once)).isEqualTo(first);
            assertThat(get("a")).isEqualTo("two");
            assertRefused(
                    Code.FAILED_PRECONDITION,
                    "idempotency_key_reused",
                    () -> keys.put(once.toBuilder().setValue(text("other")).build()));
        }

        @Test
        void expires() {
            var put = keys.put(PutRequest.newBuilder()
                    .setKey(key("a"))
                    .setTtlMillis(3_600_000)
                    .build());

            var item =
                    keys.get(GetRequest.newBuilder().setKey(key("a")).build()).getItem();

            assertThat(Timestamps.toMillis(item.getExpiresAt())).isEqualTo((put.getCommitTs() >>> 16) + 3_600_000);
        }

        @Test
        void isReadInThePast() {
            var first = put("a", "one");
            put("a", "two");

            for (var at : List.of(
                    ReadOptions.newBuilder().setRevision(first.getRevision()),
                    ReadOptions.newBuilder().setTimestamp(first.getCommitTs()),
                    ReadOptions.newBuilder()
                            .setConsistency(ReadOptions.Consistency.SNAPSHOT)
                            .setRevision(first.getRevision()))) {
                var read = keys.get(
                        GetRequest.newBuilder().setKey(key("a")).setRead(at).build());
                assertThat(read.getItem().getValue().toStringUtf8()).isEqualTo("one");
            }
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class ManyKeys {
        @Test
        void areScannedPageByPageAtOneMoment() {
            for (String key : List.of("a", "b", "c", "d", "e")) {
                put(key, "v");
            }
            for (boolean reverse : new boolean[] {false, true}) {
                var scan = ScanRequest.newBuilder().setKeys(here()).setLimit(2).setReverse(reverse);
                var seen = new ArrayList<String>();
                do {
                    var page = keys.scan(scan.build());
                    page.getItemsList()
                            .forEach(item ->
                                    seen.add(item.getKey().toStringUtf8().substring(room.length())));
                    scan.setPageToken(page.getNextPageToken());
                    put("bb" + seen.size() + reverse, "written in between");
                } while (!scan.getPageToken().isEmpty());

                assertThat(seen).filteredOn(key -> !key.startsWith("bb")).hasSize(5);
                assertThat(seen)
                        .filteredOn(key -> key.endsWith(String.valueOf(reverse)))
                        .isEmpty();
            }
        }

        /** 4 MiB is what a client takes unless it is told otherwise. */
        @Test
        void fillNoPageThatAPlainClientRefuses() {
            for (int i = 0; i < 5; i++) {
                put("large/" + i, "x".repeat(1 << 20));
            }

            var page = keys.scan(ScanRequest.newBuilder()
                    .setKeys(KeySet.newBuilder().setPrefix(key("large/")))
                    .build());

            assertThat(page.getSerializedSize()).isLessThan(4 << 20);
            assertThat(page.getNextPageToken().isEmpty()).isFalse();
        }

        @Test
        void areCountedAndRemovedByPrefix() {
            for (String key : List.of("a/1", "a/2", "a/x/1", "b")) {
                put(key, "v");
            }
            var under = CountRequest.newBuilder()
                    .setKeys(KeySet.newBuilder().setPrefix(key("a/")))
                    .build();
            assertThat(keys.count(under).getCount()).isEqualTo(3);

            var deleted = keys.deletePrefix(DeletePrefixRequest.newBuilder()
                    .setPrefix(key("a/"))
                    .setExclude(key("a/x/"))
                    .build());

            assertThat(deleted.getDeleted()).isEqualTo(2);
            assertThat(keys.count(under).getCount()).isEqualTo(1);
            assertThat(keys.count(CountRequest.newBuilder()
                                    .setKeys(KeySet.newBuilder()
                                            .setRange(KeyRange.newBuilder()
                                                    .setStart(key("b"))
                                                    .setEnd(key("c"))))
                                    .build())
                            .getCount())
                    .isEqualTo(1);
        }

        @Test
        void areWrittenTogether() {
            put("gone", "x");

            var batch = keys.batch(BatchRequest.newBuilder()
                    .addOperations(WriteOperation.newBuilder()
                            .setPut(PutOperation.newBuilder().setKey(key("a")).setValue(text("1"))))
                    .addOperations(WriteOperation.newBuilder()
                            .setDelete(DeleteOperation.newBuilder().setKey(key("gone"))))
                    .build());

            assertThat(batch.getResults(0).getPut().getCreated()).isTrue();
            assertThat(batch.getResults(1).getDeleted().getCount()).isEqualTo(1);
            assertThat(get("a")).isEqualTo("1");
            assertThat(get("gone")).isNull();
        }

        private KeySet here() {
            return KeySet.newBuilder().setPrefix(key("")).build();
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class Transactions {
        @Test
        void takeTheBranchThatTheComparesChoose() {
            var claim = CommitRequest.newBuilder()
                    .addCompare(Compare.newBuilder()
                            .setKey(key("seat"))
                            .setRelation(Compare.Relation.EQUAL)
                            .setExists(false))
                    .addThen(Operation.newBuilder()
                            .setPut(PutOperation.newBuilder()
                                    .setKey(key("seat"))
                                    .setValue(text("Ada"))))
                    .addOtherwise(Operation.newBuilder()
                            .setGet(GetOperation.newBuilder().setKey(key("seat"))))
                    .build();

            var first = transactions.commit(claim);
            var second = transactions.commit(claim);

            assertThat(first.getSucceeded()).isTrue();
            assertThat(second.getSucceeded()).isFalse();
            assertThat(second.getResults(0).getGot().getItem().getValue().toStringUtf8())
                    .isEqualTo("Ada");
        }

        @Test
        void conflictWithWhatChangedSinceTheyRead() throws Exception {
            put("a", "1");
            var read = keys.get(GetRequest.newBuilder().setKey(key("a")).build());
            var transfer = CommitRequest.newBuilder()
                    .setReads(ReadSet.newBuilder()
                            .setReadTs(read.getRead().getReadTs())
                            .addKeys(key("a")))
                    .addThen(Operation.newBuilder()
                            .setPut(PutOperation.newBuilder().setKey(key("b")).setValue(text("2"))))
                    .build();
            put("a", "changed");

            assertRefused(Code.ABORTED, "conflict", () -> transactions.commit(transfer));

            assertThat(get("b")).isNull();
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class Administration {
        @Test
        void tellsTheStatus() {
            put("a", "1");

            var now = admin.status(StatusRequest.getDefaultInstance());

            assertThat(now.getReady()).isTrue();
            assertThat(now.getRole()).isEqualTo("leader");
            assertThat(now.getRevision()).isPositive();
            assertThat(now.getColdStart().getOutcome()).isEqualTo("fresh");
        }

        @Test
        void pins() {
            put("a", "1");
            long applied = admin.status(StatusRequest.getDefaultInstance())
                    .getApplied()
                    .getIndex();

            assertThat(admin.pin(PinRequest.getDefaultInstance()).getPinned().getIndex())
                    .isGreaterThanOrEqualTo(applied);
        }

        @Test
        void compacts() throws Exception {
            var first = put("a", "1");
            var second = put("a", "2");

            var floor = admin.compact(CompactRequest.newBuilder()
                    .setRevision(second.getRevision())
                    .build());

            assertThat(floor.getFloor()).isEqualTo(second.getCommitTs());
            assertRefused(
                    Code.OUT_OF_RANGE,
                    "compacted",
                    () -> keys.get(GetRequest.newBuilder()
                            .setKey(key("a"))
                            .setRead(ReadOptions.newBuilder().setTimestamp(first.getCommitTs()))
                            .build()));
            assertThat(get("a")).isEqualTo("2");
        }
    }
}
