package io.skipstone.api.grpc;

import io.quarkus.grpc.GrpcService;
import io.skipstone.api.MomentText;
import io.skipstone.api.Writes;
import io.skipstone.api.grpc.v1.CommitRequest;
import io.skipstone.api.grpc.v1.CommitResponse;
import io.skipstone.api.grpc.v1.GetResult;
import io.skipstone.api.grpc.v1.OperationResult;
import io.skipstone.api.grpc.v1.ReadSet;
import io.skipstone.api.grpc.v1.Txn;
import io.skipstone.command.Command;
import io.skipstone.command.Compare;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.Outcome.Committed;
import io.skipstone.command.Outcome.Result;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.Timestamp;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.concurrent.CompletionStage;

/** {@code skipstone.v1.Txn}. */
@GrpcService
public class TxnService implements Txn {
    private final Calls calls;
    private final Operations operations;
    private final Writes writes;

    @Inject
    TxnService(Calls calls, Operations operations, Writes writes) {
        this.calls = calls;
        this.operations = operations;
        this.writes = writes;
    }

    @Override
    public Uni<CommitResponse> commit(CommitRequest request) {
        return calls.answer(request, this::start);
    }

    private CompletionStage<CommitResponse> start(CommitRequest request) {
        var txn = new Command.Txn(
                request.getCompareList().stream().map(TxnService::compare).toList(),
                request.getThenList().stream().map(operations::of).toList(),
                request.getOtherwiseList().stream().map(operations::of).toList(),
                request.hasReads() ? reads(request.getReads()) : Command.ReadSet.NONE);
        return writes.commit(txn, Requests.bytes(request.getIdempotencyKey())).thenApply(TxnService::response);
    }

    private static Compare compare(io.skipstone.api.grpc.v1.Compare compare) {
        return new Compare(Requests.key(compare.getKey()), relation(compare), target(compare));
    }

    private static Relation relation(io.skipstone.api.grpc.v1.Compare compare) {
        return switch (compare.getRelation()) {
            case EQUAL -> Relation.EQUAL;
            case NOT_EQUAL -> Relation.NOT_EQUAL;
            case LESS -> Relation.LESS;
            case GREATER -> Relation.GREATER;
            case RELATION_UNSPECIFIED -> throw new BadRequest("missing_field", "a compare has no relation");
            case UNRECOGNIZED -> throw new BadRequest("unknown_value", "a compare's relation is unknown here");
        };
    }

    private static Target target(io.skipstone.api.grpc.v1.Compare compare) {
        return switch (compare.getTargetCase()) {
            case EXISTS -> new Target.Exists(compare.getExists());
            case VALUE -> new Target.Value(Requests.bytes(compare.getValue()));
            case VERSION -> new Target.Version(number(compare.getVersion()));
            case CREATE_REVISION -> new Target.CreateRevision(number(compare.getCreateRevision()));
            case MOD_REVISION -> new Target.ModRevision(number(compare.getModRevision()));
            case COMMIT_TS -> new Target.CommitTimestamp(new Timestamp(number(compare.getCommitTs())));
            case TARGET_NOT_SET -> throw new BadRequest("missing_field", "a compare has no target");
        };
    }

    private static long number(long number) {
        return Requests.notNegative("bad_compare", number);
    }

    private static Command.ReadSet reads(ReadSet reads) {
        return new Command.ReadSet(
                MomentText.timestamp(reads.getReadTs()).timestamp(),
                reads.getKeysList().stream().map(Requests::key).toList(),
                reads.getRangesList().stream().map(Requests::range).toList());
    }

    private static CommitResponse response(Committed committed) {
        var response = CommitResponse.newBuilder()
                .setSucceeded(committed.branch() == Branch.THEN)
                .setRevision(committed.revision())
                .setCommitTs(committed.commitTs().bits());
        committed.results().forEach(result -> response.addResults(result(result)));
        return response.build();
    }

    private static OperationResult result(Result result) {
        var answer = OperationResult.newBuilder();
        switch (result) {
            case Result.Put put -> answer.setPut(Answers.put(put));
            case Result.Deleted deleted -> answer.setDeleted(Answers.delete(deleted));
            case Result.Got got -> {
                var found = GetResult.newBuilder();
                got.keyValue().ifPresent(item -> found.setItem(Answers.item(item)));
                answer.setGot(found);
            }
        }
        return answer.build();
    }
}
