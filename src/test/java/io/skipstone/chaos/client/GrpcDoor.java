package io.skipstone.chaos.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.skipstone.api.grpc.v1.DeleteResponse;
import io.skipstone.api.grpc.v1.GetResponse;
import io.skipstone.api.grpc.v1.Item;
import io.skipstone.api.grpc.v1.KeyValueGrpc;
import io.skipstone.api.grpc.v1.OperationResult;
import io.skipstone.api.grpc.v1.PutResponse;
import io.skipstone.api.grpc.v1.ReadInfo;
import io.skipstone.api.grpc.v1.ScanResponse;
import io.skipstone.api.grpc.v1.TxnGrpc;
import io.skipstone.api.grpc.v1.WriteResult;
import io.skipstone.chaos.history.Answer;
import io.skipstone.chaos.history.Facts;
import io.skipstone.chaos.history.Guard;
import io.skipstone.chaos.history.Result;
import io.skipstone.chaos.history.Seen;
import io.skipstone.chaos.history.Step;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** gRPC. Scans go backwards. */
final class GrpcDoor implements Door {
    private final String node;
    private final Duration timeout;
    private final ManagedChannel channel;
    private final KeyValueGrpc.KeyValueBlockingStub keys;
    private final TxnGrpc.TxnBlockingStub transactions;

    GrpcDoor(Endpoint endpoint, Duration timeout) {
        this.node = endpoint.node();
        this.timeout = timeout;
        this.channel = ManagedChannelBuilder.forAddress("127.0.0.1", endpoint.port())
                .usePlaintext()
                .build();
        this.keys = KeyValueGrpc.newBlockingStub(channel);
        this.transactions = TxnGrpc.newBlockingStub(channel);
    }

    @Override
    public Reply send(Call call) {
        try {
            return switch (Shape.of(call)) {
                case Shape.One(Step step) -> one(call, step);
                case Shape.OneIf(Step step, Guard guard) -> write(call, step, Optional.of(guard));
                case Shape.Batch(List<Step> steps) -> {
                    var done = keys().batch(GrpcRequests.batch(call, steps));
                    var results =
                            done.getResultsList().stream().map(GrpcDoor::result).toList();
                    yield answered(new Answer(true, results), done.getRevision(), done.getCommitTs());
                }
                case Shape.Txn _, Shape.OptimisticTxn _ -> {
                    var done = transactions
                            .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                            .commit(GrpcRequests.txn(call));
                    var results =
                            done.getResultsList().stream().map(GrpcDoor::result).toList();
                    yield answered(new Answer(done.getSucceeded(), results), done.getRevision(), done.getCommitTs());
                }
            };
        } catch (StatusRuntimeException failure) {
            return failed(failure);
        }
    }

    private Reply one(Call call, Step step) {
        return switch (step) {
            case Step.Get(String key) -> {
                GetResponse got = keys().get(GrpcRequests.get(call, key));
                var found = new Result.Got(got.hasItem() ? List.of(seen(got.getItem())) : List.of());
                yield read(found, got.getRead());
            }
            case Step.GetAll _ -> {
                ScanResponse page = keys().scan(GrpcRequests.scanBackwards(call));
                var rows = page.getItemsList().reversed().stream()
                        .map(item -> new Result.Row(item.getKey().toStringUtf8(), seen(item)))
                        .toList();
                yield read(new Result.Listed(rows), page.getRead());
            }
            case Step.Put _, Step.Delete _ -> write(call, step, Optional.empty());
            case Step.DeleteAll _ -> deleted(keys().deletePrefix(GrpcRequests.deleteAll(call)));
        };
    }

    private Reply write(Call call, Step step, Optional<Guard> guard) {
        return switch (step) {
            case Step.Put put -> {
                PutResponse done = keys().put(GrpcRequests.put(call, put, guard));
                yield answered(
                        new Answer(true, List.of(new Result.Put(done.getVersion()))),
                        done.getRevision(),
                        done.getCommitTs());
            }
            case Step.Delete delete -> deleted(keys().delete(GrpcRequests.delete(call, delete, guard)));
            case Step.Get _, Step.GetAll _, Step.DeleteAll _ -> throw new IllegalArgumentException("not one write");
        };
    }

    private KeyValueGrpc.KeyValueBlockingStub keys() {
        return keys.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Reply deleted(DeleteResponse done) {
        return answered(
                new Answer(true, List.of(new Result.Deleted(done.getDeleted()))),
                done.getRevision(),
                done.getCommitTs());
    }

    private static Reply read(Result result, ReadInfo read) {
        return answered(new Answer(true, List.of(result)), read.getRevision(), read.getReadTs());
    }

    private static Reply answered(Answer answer, long revision, long timestamp) {
        return new Reply.Answered(answer, new Facts.Told(revision, timestamp));
    }

    private static Result result(WriteResult result) {
        return result.hasPut()
                ? new Result.Put(result.getPut().getVersion())
                : new Result.Deleted(result.getDeleted().getCount());
    }

    private static Result result(OperationResult result) {
        return switch (result.getResultCase()) {
            case PUT -> new Result.Put(result.getPut().getVersion());
            case DELETED -> new Result.Deleted(result.getDeleted().getCount());
            case GOT ->
                new Result.Got(
                        result.getGot().hasItem() ? List.of(seen(result.getGot().getItem())) : List.of());
            case RESULT_NOT_SET -> throw new AssertionError("an operation without a result");
        };
    }

    private static Seen seen(Item item) {
        return new Seen(item.getValue().toStringUtf8(), item.getVersion(), item.getModRevision());
    }

    private Reply failed(StatusRuntimeException failure) {
        Optional<String> code = code(failure);
        if (code.isPresent()) {
            return switch (code.get()) {
                case "precondition_failed" -> Reply.guardFailed();
                case "outcome_unknown", "internal_error" -> new Reply.Lost(code.get());
                default -> new Reply.Refused(code.get());
            };
        }
        // Not the node's words: the channel's.
        if (failure.getStatus().getCode() == Code.UNAVAILABLE) {
            channel.resetConnectBackoff();
        }
        return isNeverSent(failure) ? new Reply.Refused("no_connection") : new Reply.Lost(failure.getMessage());
    }

    private static boolean isNeverSent(StatusRuntimeException failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> code(StatusRuntimeException failure) {
        var status = StatusProto.fromThrowable(failure);
        if (status == null) {
            return Optional.empty();
        }
        return status.getDetailsList().stream()
                .filter(detail -> detail.is(ErrorInfo.class))
                .map(GrpcDoor::unpack)
                .filter(info -> info.getDomain().equals("skipstone"))
                .map(ErrorInfo::getReason)
                .findFirst();
    }

    private static ErrorInfo unpack(com.google.protobuf.Any detail) {
        try {
            return detail.unpack(ErrorInfo.class);
        } catch (InvalidProtocolBufferException damaged) {
            throw new AssertionError("an error with details that cannot be read", damaged);
        }
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
