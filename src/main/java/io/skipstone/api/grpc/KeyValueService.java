package io.skipstone.api.grpc;

import io.quarkus.grpc.GrpcService;
import io.skipstone.api.PageToken;
import io.skipstone.api.ReadRequest;
import io.skipstone.api.Scans;
import io.skipstone.api.Writes;
import io.skipstone.api.grpc.v1.BatchRequest;
import io.skipstone.api.grpc.v1.BatchResponse;
import io.skipstone.api.grpc.v1.CountRequest;
import io.skipstone.api.grpc.v1.CountResponse;
import io.skipstone.api.grpc.v1.DeletePrefixRequest;
import io.skipstone.api.grpc.v1.DeleteRequest;
import io.skipstone.api.grpc.v1.DeleteResponse;
import io.skipstone.api.grpc.v1.GetRequest;
import io.skipstone.api.grpc.v1.GetResponse;
import io.skipstone.api.grpc.v1.KeyValue;
import io.skipstone.api.grpc.v1.LatestCommitRequest;
import io.skipstone.api.grpc.v1.LatestCommitResponse;
import io.skipstone.api.grpc.v1.PutRequest;
import io.skipstone.api.grpc.v1.PutResponse;
import io.skipstone.api.grpc.v1.ScanRequest;
import io.skipstone.api.grpc.v1.ScanResponse;
import io.skipstone.api.grpc.v1.WriteResult;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome.Committed;
import io.skipstone.command.Outcome.Result;
import io.skipstone.consensus.Reader;
import io.skipstone.model.Key;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@code skipstone.v1.KeyValue}. */
@GrpcService
public class KeyValueService implements KeyValue {
    /** A page and its last row together stay below the 4 MiB that a gRPC client takes unless it is told otherwise. */
    private static final long PAGE_BYTES = 2 << 20;

    private final Calls calls;
    private final Operations operations;
    private final Writes writes;
    private final Scans scans;
    private final Reader reader;

    @Inject
    KeyValueService(Calls calls, Operations operations, Writes writes, Scans scans, Reader reader) {
        this.calls = calls;
        this.operations = operations;
        this.writes = writes;
        this.scans = scans;
        this.reader = reader;
    }

    @Override
    public Uni<PutResponse> put(PutRequest request) {
        return calls.answer(request, this::startPut);
    }

    @Override
    public Uni<GetResponse> get(GetRequest request) {
        return calls.answer(request, this::startGet);
    }

    @Override
    public Uni<DeleteResponse> delete(DeleteRequest request) {
        return calls.answer(request, this::startDelete);
    }

    @Override
    public Uni<DeleteResponse> deletePrefix(DeletePrefixRequest request) {
        return calls.answer(request, this::startDeletePrefix);
    }

    @Override
    public Uni<ScanResponse> scan(ScanRequest request) {
        return calls.answer(request, this::startScan);
    }

    @Override
    public Uni<CountResponse> count(CountRequest request) {
        return calls.answer(request, this::startCount);
    }

    @Override
    public Uni<BatchResponse> batch(BatchRequest request) {
        return calls.answer(request, this::startBatch);
    }

    @Override
    public Uni<LatestCommitResponse> latestCommit(LatestCommitRequest request) {
        return calls.answer(request, this::startLatestCommit);
    }

    private CompletionStage<PutResponse> startPut(PutRequest request) {
        Operation.Put put = Requests.put(request);
        var condition = Requests.condition(put.key(), request.hasCondition(), request.getCondition());
        return writes.conditional(put, condition, Requests.bytes(request.getIdempotencyKey()))
                .thenApply(KeyValueService::put);
    }

    private CompletionStage<GetResponse> startGet(GetRequest request) {
        Key key = Requests.key(request.getKey());
        ReadRequest read = Requests.read(request.getRead());
        return reader.get(key, read.at(), read.consistency()).thenApply(answer -> {
            var response = GetResponse.newBuilder().setRead(Answers.read(answer));
            answer.value().ifPresent(found -> response.setItem(Answers.item(found)));
            return response.build();
        });
    }

    private CompletionStage<DeleteResponse> startDelete(DeleteRequest request) {
        Key key = Requests.key(request.getKey());
        var condition = Requests.condition(key, request.hasCondition(), request.getCondition());
        return writes.conditional(new Operation.Delete(key), condition, Requests.bytes(request.getIdempotencyKey()))
                .thenApply(Answers::deleted);
    }

    private CompletionStage<DeleteResponse> startDeletePrefix(DeletePrefixRequest request) {
        var delete = writes.deletePrefix(
                Requests.bytes(request.getPrefix()), Requests.bytes(request.getExclude()), request.getAll());
        return writes.conditional(delete, Optional.empty(), Requests.bytes(request.getIdempotencyKey()))
                .thenApply(Answers::deleted);
    }

    private CompletionStage<ScanResponse> startScan(ScanRequest request) {
        var scan = new PageToken.Scan(
                Requests.range(request.getKeys()),
                request.getReverse() ? Order.DESCENDING : Order.ASCENDING,
                request.getKeysOnly() ? Content.KEYS_ONLY : Content.KEYS_AND_VALUES,
                Requests.read(request.getRead()));
        Optional<PageToken> before = request.getPageToken().isEmpty()
                ? Optional.empty()
                : Optional.of(PageToken.decode(Requests.bytes(request.getPageToken()), scan));
        Optional<Long> limit =
                request.hasLimit() ? Optional.of(Integer.toUnsignedLong(request.getLimit())) : Optional.empty();
        return scans.page(scan, limit, before, PAGE_BYTES).thenApply(KeyValueService::page);
    }

    private CompletionStage<CountResponse> startCount(CountRequest request) {
        ReadRequest read = Requests.read(request.getRead());
        return reader.count(Requests.range(request.getKeys()), read.at(), read.consistency())
                .thenApply(answer -> CountResponse.newBuilder()
                        .setCount(answer.value())
                        .setRead(Answers.read(answer))
                        .build());
    }

    private CompletionStage<BatchResponse> startBatch(BatchRequest request) {
        List<Operation> batch =
                request.getOperationsList().stream().map(operations::of).toList();
        return writes.batch(batch, Requests.bytes(request.getIdempotencyKey())).thenApply(KeyValueService::batch);
    }

    private CompletionStage<LatestCommitResponse> startLatestCommit(LatestCommitRequest request) {
        return reader.latestCommit(Requests.key(request.getKey()), Requests.consistencyNow(request.getRead()))
                .thenApply(answer -> {
                    var response = LatestCommitResponse.newBuilder().setRead(Answers.read(answer));
                    answer.value().ifPresent(commitTs -> response.setCommitTs(commitTs.bits()));
                    return response.build();
                });
    }

    private static PutResponse put(Committed committed) {
        long version = ((Result.Put) committed.results().getFirst()).version();
        return PutResponse.newBuilder()
                .setRevision(committed.revision())
                .setCommitTs(committed.commitTs().bits())
                .setVersion(version)
                .setCreated(version == 1)
                .build();
    }

    private static ScanResponse page(Scans.Page page) {
        var response = ScanResponse.newBuilder().setRead(Answers.read(page.answer()));
        page.rows().forEach(row -> response.addItems(Answers.item(row)));
        page.next().ifPresent(next -> response.setNextPageToken(Answers.bytes(next.encode(page.scan()))));
        return response.build();
    }

    private static BatchResponse batch(Committed committed) {
        var response = BatchResponse.newBuilder()
                .setRevision(committed.revision())
                .setCommitTs(committed.commitTs().bits());
        committed.results().forEach(result -> response.addResults(writeResult(result)));
        return response.build();
    }

    private static WriteResult writeResult(Result result) {
        var written = WriteResult.newBuilder();
        switch (result) {
            case Result.Put put -> written.setPut(Answers.put(put));
            case Result.Deleted deleted -> written.setDeleted(Answers.delete(deleted));
            case Result.Got _ -> throw new IllegalStateException("a batch does not read");
        }
        return written.build();
    }
}
