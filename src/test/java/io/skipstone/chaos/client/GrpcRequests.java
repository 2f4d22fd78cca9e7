package io.skipstone.chaos.client;

import com.google.protobuf.ByteString;
import io.skipstone.api.grpc.v1.BatchRequest;
import io.skipstone.api.grpc.v1.CommitRequest;
import io.skipstone.api.grpc.v1.Compare;
import io.skipstone.api.grpc.v1.Condition;
import io.skipstone.api.grpc.v1.DeleteOperation;
import io.skipstone.api.grpc.v1.DeletePrefixRequest;
import io.skipstone.api.grpc.v1.DeleteRequest;
import io.skipstone.api.grpc.v1.GetOperation;
import io.skipstone.api.grpc.v1.GetRequest;
import io.skipstone.api.grpc.v1.KeySet;
import io.skipstone.api.grpc.v1.Operation;
import io.skipstone.api.grpc.v1.PutOperation;
import io.skipstone.api.grpc.v1.PutRequest;
import io.skipstone.api.grpc.v1.ReadOptions;
import io.skipstone.api.grpc.v1.ReadOptions.Consistency;
import io.skipstone.api.grpc.v1.ReadSet;
import io.skipstone.api.grpc.v1.ScanRequest;
import io.skipstone.api.grpc.v1.WriteOperation;
import io.skipstone.chaos.history.Freshness;
import io.skipstone.chaos.history.Guard;
import io.skipstone.chaos.history.Step;
import java.util.List;
import java.util.Optional;

/** Actions as gRPC wants them. */
final class GrpcRequests {
    private GrpcRequests() {}

    static GetRequest get(Call call, String key) {
        return GetRequest.newBuilder().setKey(text(key)).setRead(read(call)).build();
    }

    static ScanRequest scanBackwards(Call call) {
        return ScanRequest.newBuilder()
                .setKeys(KeySet.newBuilder().setPrefix(text(call.action().group() + "/")))
                .setReverse(true)
                .setRead(read(call))
                .build();
    }

    static PutRequest put(Call call, Step.Put put, Optional<Guard> guard) {
        var request = PutRequest.newBuilder()
                .setKey(text(put.key()))
                .setValue(text(put.value()))
                .setIdempotencyKey(once(call));
        guard.ifPresent(condition -> request.setCondition(condition(condition)));
        return request.build();
    }

    static DeleteRequest delete(Call call, Step.Delete delete, Optional<Guard> guard) {
        var request = DeleteRequest.newBuilder().setKey(text(delete.key())).setIdempotencyKey(once(call));
        guard.ifPresent(condition -> request.setCondition(condition(condition)));
        return request.build();
    }

    static DeletePrefixRequest deleteAll(Call call) {
        return DeletePrefixRequest.newBuilder()
                .setPrefix(text(call.action().group() + "/"))
                .setIdempotencyKey(once(call))
                .build();
    }

    static BatchRequest batch(Call call, List<Step> steps) {
        var request = BatchRequest.newBuilder().setIdempotencyKey(once(call));
        for (Step step : steps) {
            var operation = WriteOperation.newBuilder();
            switch (step) {
                case Step.Put put -> operation.setPut(put(put));
                case Step.Delete delete -> operation.setDelete(delete(delete));
                case Step.Get _, Step.GetAll _, Step.DeleteAll _ -> throw new IllegalArgumentException("no write");
            }
            request.addOperations(operation);
        }
        return request.build();
    }

    /** With compares, or with a read set. */
    static CommitRequest txn(Call call) {
        var request = CommitRequest.newBuilder().setIdempotencyKey(once(call));
        if (call.how() instanceof Call.How.Optimistic(long readTs)) {
            var reads = ReadSet.newBuilder().setReadTs(readTs);
            call.action().guards().forEach(guard -> reads.addKeys(text(guard.key())));
            request.setReads(reads);
        } else {
            call.action().guards().forEach(guard -> request.addCompare(compare(guard)));
        }
        call.action().then().forEach(step -> request.addThen(operation(step)));
        call.action().otherwise().forEach(step -> request.addOtherwise(operation(step)));
        return request.build();
    }

    private static Operation.Builder operation(Step step) {
        return switch (step) {
            case Step.Put put -> Operation.newBuilder().setPut(put(put));
            case Step.Delete delete -> Operation.newBuilder().setDelete(delete(delete));
            case Step.Get(String key) ->
                Operation.newBuilder().setGet(GetOperation.newBuilder().setKey(text(key)));
            case Step.GetAll _, Step.DeleteAll _ -> throw new IllegalArgumentException("only alone");
        };
    }

    private static PutOperation.Builder put(Step.Put put) {
        return PutOperation.newBuilder().setKey(text(put.key())).setValue(text(put.value()));
    }

    private static DeleteOperation.Builder delete(Step.Delete delete) {
        return DeleteOperation.newBuilder().setKey(text(delete.key()));
    }

    private static Condition condition(Guard guard) {
        return switch (guard) {
            case Guard.Exists exists ->
                Condition.newBuilder().setExists(exists.exists()).build();
            case Guard.Unchanged unchanged ->
                Condition.newBuilder()
                        .setModRevision(unchanged.seen().modRevision())
                        .build();
            case Guard.HasValue _, Guard.HasVersion _ -> throw new IllegalArgumentException("no condition");
        };
    }

    private static Compare.Builder compare(Guard guard) {
        var compare = Compare.newBuilder().setKey(text(guard.key())).setRelation(Compare.Relation.EQUAL);
        return switch (guard) {
            case Guard.Exists exists -> compare.setExists(exists.exists());
            case Guard.HasValue has -> compare.setValue(text(has.value()));
            case Guard.HasVersion has -> compare.setVersion(has.version());
            case Guard.Unchanged unchanged ->
                compare.setModRevision(unchanged.seen().modRevision());
        };
    }

    private static ReadOptions.Builder read(Call call) {
        var options = ReadOptions.newBuilder();
        return switch (call.freshness()) {
            case Freshness.Linearizable _ -> options.setConsistency(Consistency.LINEARIZABLE);
            case Freshness.Local _ -> options.setConsistency(Consistency.LOCAL);
            case Freshness.AtRevision(long revision) -> options.setRevision(revision);
        };
    }

    private static ByteString once(Call call) {
        return call.how() instanceof Call.How.Once(String key) ? text(key) : ByteString.EMPTY;
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
