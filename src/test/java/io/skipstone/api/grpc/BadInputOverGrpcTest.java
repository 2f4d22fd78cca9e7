package io.skipstone.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.grpc.v1.BatchRequest;
import io.skipstone.api.grpc.v1.CommitRequest;
import io.skipstone.api.grpc.v1.CompactRequest;
import io.skipstone.api.grpc.v1.Compare;
import io.skipstone.api.grpc.v1.Condition;
import io.skipstone.api.grpc.v1.DeleteOperation;
import io.skipstone.api.grpc.v1.DeletePrefixOperation;
import io.skipstone.api.grpc.v1.DeletePrefixRequest;
import io.skipstone.api.grpc.v1.GetOperation;
import io.skipstone.api.grpc.v1.GetRequest;
import io.skipstone.api.grpc.v1.KeyRange;
import io.skipstone.api.grpc.v1.KeySet;
import io.skipstone.api.grpc.v1.Operation;
import io.skipstone.api.grpc.v1.PutOperation;
import io.skipstone.api.grpc.v1.PutRequest;
import io.skipstone.api.grpc.v1.ReadOptions;
import io.skipstone.api.grpc.v1.ReadSet;
import io.skipstone.api.grpc.v1.ScanRequest;
import io.skipstone.api.grpc.v1.WriteOperation;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each wrong request gets a typed answer, writes nothing, and leaves the node serving. */
@QuarkusTest
@TestProfile(OneNode.class)
class BadInputOverGrpcTest extends GrpcTest {
    private static final int MIB = 1 << 20;

    private long revisionBefore;

    @BeforeEach
    void remember() {
        revisionBefore = revision();
    }

    @AfterEach
    void nothingWasWrittenAndTheNodeServes() {
        assertThat(revision()).as("revision").isEqualTo(revisionBefore);
        put("alive", "yes");
        assertThat(get("alive")).isEqualTo("yes");
    }

    @Nested
    @TestProfile(OneNode.class)
    class Sizes {
        @Test
        void ofKeysAreBounded() throws Exception {
            refusesPut("empty_key", PutRequest.newBuilder());
            refusesPut("key_too_large", PutRequest.newBuilder().setKey(zeros(65_537)));
        }

        @Test
        void ofValuesAreBounded() throws Exception {
            refusesPut(
                    "value_too_large", PutRequest.newBuilder().setKey(key("a")).setValue(zeros(MIB + 1)));
        }

        @Test
        void ofEntriesAreBounded() throws Exception {
            var batch = BatchRequest.newBuilder();
            for (int i = 0; i < 5; i++) {
                batch.addOperations(WriteOperation.newBuilder()
                        .setPut(PutOperation.newBuilder().setKey(key("a" + i)).setValue(zeros(MIB))));
            }

            assertRefused(Code.INVALID_ARGUMENT, "entry_too_large", () -> keys.batch(batch.build()));
        }

        @Test
        void ofMessagesAreBounded() {
            var huge = PutRequest.newBuilder()
                    .setKey(key("a"))
                    .setValue(zeros(7 * MIB))
                    .build();

            assertThatThrownBy(() -> keys.put(huge))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED));
        }

        @Test
        void areCheckedForManyAtOnce() throws Exception {
            var oversized = PutRequest.newBuilder().setKey(zeros(65_537)).build();
            var refusals = new ArrayList<Future<Boolean>>();
            try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 1_000; i++) {
                    refusals.add(clients.submit(() -> {
                        assertRefused(Code.INVALID_ARGUMENT, "key_too_large", () -> keys.put(oversized));
                        return true;
                    }));
                }
            }
            for (Future<Boolean> refused : refusals) {
                assertThat(refused.get()).isTrue();
            }
        }

        @Test
        void ofTransactionsAreBounded() throws Exception {
            var batch = BatchRequest.newBuilder();
            for (int i = 0; i < 1_025; i++) {
                batch.addOperations(WriteOperation.newBuilder()
                        .setDelete(DeleteOperation.newBuilder().setKey(key("a" + i))));
            }

            assertRefused(Code.INVALID_ARGUMENT, "txn_too_large", () -> keys.batch(batch.build()));
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class UnknownFieldsOf {
        private final UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(900, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();

        @Test
        void aRequestAreRefused() throws Exception {
            refusesPut("unknown_field", PutRequest.newBuilder().setKey(key("a")).setUnknownFields(unknown));
        }

        @Test
        void anInnerMessageAreRefused() throws Exception {
            refusesPut(
                    "unknown_field",
                    PutRequest.newBuilder()
                            .setKey(key("a"))
                            .setCondition(Condition.newBuilder().setUnknownFields(unknown)));
            var operation = WriteOperation.newBuilder()
                    .setDelete(DeleteOperation.newBuilder().setKey(key("a")).setUnknownFields(unknown));
            assertRefused(
                    Code.INVALID_ARGUMENT,
                    "unknown_field",
                    () -> keys.batch(
                            BatchRequest.newBuilder().addOperations(operation).build()));
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class Numbers {
        @Test
        void ofATimeToLiveArePositiveAndBounded() throws Exception {
            refusesPut("bad_ttl", PutRequest.newBuilder().setKey(key("a")).setTtlMillis(0));
            refusesPut("bad_ttl", PutRequest.newBuilder().setKey(key("a")).setTtlMillis(-1));
            refusesPut("bad_ttl", PutRequest.newBuilder().setKey(key("a")).setTtlMillis(Long.MAX_VALUE));
        }

        @Test
        void ofALimitArePositiveAndBounded() throws Exception {
            refusesScan("bad_limit", ScanRequest.newBuilder().setLimit(0));
            refusesScan("bad_limit", ScanRequest.newBuilder().setLimit(1_025));
            refusesScan("bad_limit", ScanRequest.newBuilder().setLimit(-1));
        }

        @Test
        void ofAMomentAreTimestampsAndRevisions() throws Exception {
            refusesRead("bad_at", ReadOptions.newBuilder().setTimestamp(0));
            refusesRead("bad_at", ReadOptions.newBuilder().setTimestamp(-1));
            refusesRead("bad_at", ReadOptions.newBuilder().setRevision(-1));
            refusesRead(
                    "bad_at",
                    ReadOptions.newBuilder()
                            .setTime(com.google.protobuf.Timestamp.newBuilder().setNanos(-5)));
            refusesRead("revision_in_future", ReadOptions.newBuilder().setRevision(99_999_999));
            refusesRead("at_in_future", ReadOptions.newBuilder().setTimestamp(Long.MAX_VALUE));
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class Reads {
        @Test
        void doNotContradictThemselves() throws Exception {
            refusesRead("moment_missing", ReadOptions.newBuilder().setConsistency(ReadOptions.Consistency.SNAPSHOT));
            refusesRead(
                    "contradictory_read",
                    ReadOptions.newBuilder()
                            .setConsistency(ReadOptions.Consistency.LOCAL)
                            .setRevision(1));
            refusesRead("unknown_value", ReadOptions.newBuilder().setConsistencyValue(77));
        }

        @Test
        void continueOnlyTheirOwnScan() throws Exception {
            refusesScan("bad_page_token", ScanRequest.newBuilder().setPageToken(text("nonsense")));
            refusesScan(
                    "range_reversed",
                    ScanRequest.newBuilder()
                            .setKeys(KeySet.newBuilder()
                                    .setRange(KeyRange.newBuilder()
                                            .setStart(text("b"))
                                            .setEnd(text("a")))));
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class Writes {
        @Test
        void sayWhatTheyWant() throws Exception {
            refusesPut(
                    "bad_condition",
                    PutRequest.newBuilder().setKey(key("a")).setCondition(Condition.getDefaultInstance()));
            assertRefused(Code.INVALID_ARGUMENT, "empty_batch", () -> keys.batch(BatchRequest.getDefaultInstance()));
            assertRefused(
                    Code.INVALID_ARGUMENT,
                    "missing_field",
                    () -> keys.batch(BatchRequest.newBuilder()
                            .addOperations(WriteOperation.getDefaultInstance())
                            .build()));
            assertRefused(
                    Code.INVALID_ARGUMENT, "empty_txn", () -> transactions.commit(CommitRequest.getDefaultInstance()));
            assertRefused(
                    Code.INVALID_ARGUMENT, "moment_missing", () -> admin.compact(CompactRequest.getDefaultInstance()));
        }

        @Test
        void ofEverythingMustBeMeant() throws Exception {
            assertRefused(
                    Code.INVALID_ARGUMENT,
                    "prefix_missing",
                    () -> keys.deletePrefix(DeletePrefixRequest.getDefaultInstance()));
        }

        @Test
        void doNotMixAPrefixDeleteWithOthers() throws Exception {
            var mixed = CommitRequest.newBuilder()
                    .addThen(Operation.newBuilder()
                            .setDeletePrefix(DeletePrefixOperation.newBuilder().setPrefix(key(""))))
                    .addThen(Operation.newBuilder()
                            .setGet(GetOperation.newBuilder().setKey(key("a"))))
                    .build();

            assertRefused(Code.INVALID_ARGUMENT, "mixed_prefix_delete", () -> transactions.commit(mixed));
        }

        @Test
        void doNotContradictThemselves() throws Exception {
            var compare = Compare.newBuilder().setKey(key("a")).setRelation(Compare.Relation.EQUAL);
            var txn = CommitRequest.newBuilder()
                    .addCompare(compare.setExists(true))
                    .addCompare(compare.clone().setExists(false))
                    .build();

            assertRefused(Code.INVALID_ARGUMENT, "contradictory_conditions", () -> transactions.commit(txn));
        }

        @Test
        void compareSomethingWithSomething() throws Exception {
            refusesCompare("missing_field", Compare.newBuilder().setExists(true));
            refusesCompare("missing_field", Compare.newBuilder().setRelation(Compare.Relation.EQUAL));
            refusesCompare(
                    "unknown_value", Compare.newBuilder().setRelationValue(77).setExists(true));
            refusesCompare(
                    "bad_compare",
                    Compare.newBuilder().setRelation(Compare.Relation.EQUAL).setVersion(-1));
        }

        @Test
        void ofAReadSetHaveItsTimestamp() throws Exception {
            var txn = CommitRequest.newBuilder()
                    .setReads(ReadSet.newBuilder().addKeys(key("a")))
                    .addThen(Operation.newBuilder()
                            .setGet(GetOperation.newBuilder().setKey(key("a"))))
                    .build();

            assertRefused(Code.INVALID_ARGUMENT, "bad_at", () -> transactions.commit(txn));
        }

        private void refusesCompare(String code, Compare.Builder compare) throws Exception {
            var txn = CommitRequest.newBuilder()
                    .addCompare(compare.setKey(key("a")))
                    .build();
            assertRefused(Code.INVALID_ARGUMENT, code, () -> transactions.commit(txn));
        }
    }

    private void refusesPut(String code, PutRequest.Builder request) throws Exception {
        assertRefused(Code.INVALID_ARGUMENT, code, () -> keys.put(request.build()));
    }

    private void refusesScan(String code, ScanRequest.Builder request) throws Exception {
        assertRefused(Code.INVALID_ARGUMENT, code, () -> keys.scan(request.build()));
    }

    private void refusesRead(String code, ReadOptions.Builder read) throws Exception {
        var request = GetRequest.newBuilder().setKey(key("a")).setRead(read).build();
        assertRefused(Code.INVALID_ARGUMENT, code, () -> keys.get(request));
    }

    private static ByteString zeros(int length) {
        return ByteString.copyFrom(new byte[length]);
    }
}
