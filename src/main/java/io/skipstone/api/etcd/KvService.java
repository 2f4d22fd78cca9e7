package io.skipstone.api.etcd;

import io.quarkus.grpc.GrpcService;
import io.skipstone.api.Writes;
import io.skipstone.api.etcd.v3.CompactionRequest;
import io.skipstone.api.etcd.v3.CompactionResponse;
import io.skipstone.api.etcd.v3.DeleteRangeRequest;
import io.skipstone.api.etcd.v3.DeleteRangeResponse;
import io.skipstone.api.etcd.v3.KV;
import io.skipstone.api.etcd.v3.PutRequest;
import io.skipstone.api.etcd.v3.PutResponse;
import io.skipstone.api.etcd.v3.RangeRequest;
import io.skipstone.api.etcd.v3.RangeResponse;
import io.skipstone.api.etcd.v3.TxnRequest;
import io.skipstone.api.etcd.v3.TxnResponse;
import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome.Committed;
import io.skipstone.command.Outcome.Ran;
import io.skipstone.command.Outcome.Result;
import io.skipstone.command.Step;
import io.skipstone.command.StepResult;
import io.skipstone.consensus.Reader;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.ReadAt;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code etcdserverpb.KV}. What needs no more than a transaction of ours is one, which costs less; the rest is a nested one. */
@GrpcService
public class KvService implements KV {
    private static final Bytes NO_IDEMPOTENCY_KEY = Bytes.EMPTY;

    /** No key lies before it. */
    private static final Bytes FIRST_KEY = Bytes.wrap(new byte[] {0});

    private final EtcdCalls calls;
    private final EtcdHeader header;
    private final LongAnswers longAnswers;
    private final Writes writes;
    private final Reader reader;

    @Inject
    KvService(EtcdCalls calls, EtcdHeader header, LongAnswers longAnswers, Writes writes, Reader reader) {
        this.calls = calls;
        this.header = header;
        this.longAnswers = longAnswers;
        this.writes = writes;
        this.reader = reader;
    }

    @Override
    public Uni<RangeResponse> range(RangeRequest request) {
        return calls.answer(request, this::startRange);
    }

    @Override
    public Uni<PutResponse> put(PutRequest request) {
        return calls.answer(request, this::startPut);
    }

    @Override
    public Uni<DeleteRangeResponse> deleteRange(DeleteRangeRequest request) {
        return calls.answer(request, this::startDeleteRange);
    }

    @Override
    public Uni<TxnResponse> txn(TxnRequest request) {
        return calls.answer(request, this::startTxn);
    }

    @Override
    public Uni<CompactionResponse> compact(CompactionRequest request) {
        return calls.answer(request, this::startCompact);
    }

    private CompletionStage<RangeResponse> startRange(RangeRequest request) {
        RangeRequests.check(request);
        var read = RangeRequests.read(request);
        return longAnswers.within(maxBytes -> reader.range(read, maxBytes, consistency(request.getSerializable()))
                .thenApply(answer -> TxnAnswer.range(answer.value(), header.at(answer.revision()))));
    }

    private static Consistency consistency(boolean serializable) {
        return serializable ? Consistency.LOCAL : Consistency.LINEARIZABLE;
    }

    private CompletionStage<PutResponse> startPut(PutRequest request) {
        TxnRequests.check(request);
        Step.Put put = TxnRequests.put(request);
        if (put.keeps().isNothing() && !put.previous()) {
            return commit(new Operation.Put(put.key(), put.value(), 0, put.leaseId()))
                    .thenApply(committed -> PutResponse.newBuilder()
                            .setHeader(header.at(committed.revision()))
                            .build());
        }
        return writes.nested(NestedTxn.of(put))
                .thenApply(ran -> TxnAnswer.put(onlyResult(ran), header.at(ran.revision())));
    }

    private CompletionStage<DeleteRangeResponse> startDeleteRange(DeleteRangeRequest request) {
        TxnRequests.check(request);
        Step.Delete delete = TxnRequests.delete(request);
        Optional<Operation> simple = delete.previous() ? Optional.empty() : simple(delete.keys());
        return simple.isPresent()
                ? commit(simple.get()).thenApply(this::deleted)
                : writes.nested(NestedTxn.of(delete))
                        .thenApply(ran -> TxnAnswer.delete(onlyResult(ran), header.at(ran.revision())));
    }

    /** A delete of our own for these keys, if there is one. */
    private Optional<Operation> simple(KeyRange keys) {
        if (keys.isOneKey()) {
            return Optional.of(new Operation.Delete(new Key(keys.start())));
        }
        if (keys.start().equals(FIRST_KEY) && keys.end().isEmpty()) {
            return Optional.of(writes.deletePrefix(Bytes.EMPTY, Bytes.EMPTY, true));
        }
        return keys.start().length() <= Key.MAX_BYTES
                        && !keys.end().isEmpty()
                        && keys.equals(KeyRange.prefix(keys.start()))
                ? Optional.of(writes.deletePrefix(keys.start(), Bytes.EMPTY, false))
                : Optional.empty();
    }

    private DeleteRangeResponse deleted(Committed committed) {
        return DeleteRangeResponse.newBuilder()
                .setHeader(header.at(committed.revision()))
                .setDeleted(((Result.Deleted) committed.results().getFirst()).count())
                .build();
    }

    private CompletionStage<Committed> commit(Operation operation) {
        return writes.commit(Txn.of(operation), NO_IDEMPOTENCY_KEY);
    }

    /** Of a transaction with one step: behind its branch. */
    private static StepResult.Rows onlyResult(Ran ran) {
        return (StepResult.Rows) ran.results().get(1);
    }

    private CompletionStage<TxnResponse> startTxn(TxnRequest request) {
        TxnRequests.check(request);
        NestedTxn txn = TxnRequests.txn(request);
        if (!txn.isReadOnly()) {
            return writes.nested(txn)
                    .thenApply(ran -> TxnAnswer.of(request, ran.results(), header.at(ran.revision()), ran.revision()));
        }
        Consistency consistency = consistency(TxnRequests.isSerializable(request));
        return longAnswers.within(maxBytes -> reader.nested(txn, maxBytes, consistency)
                .thenApply(answer ->
                        TxnAnswer.of(request, answer.value(), header.at(answer.revision()), answer.revision())));
    }

    /**
     * Raises the GC floor. Whether it stands there already is known by the revision before: that one can be read unless it is compacted, and
     * the one where the floor stands can.
     */
    private CompletionStage<CompactionResponse> startCompact(CompactionRequest request) {
        if (request.getRevision() < 0) {
            throw EtcdError.COMPACTED.refusal();
        }
        long revision = Revisions.ours(request.getRevision());
        return revision > 0 ? compact(revision) : CompletableFuture.completedStage(compacted());
    }

    private CompletionStage<CompactionResponse> compact(long revision) {
        return reader.get(new Key(FIRST_KEY), new ReadAt.AtRevision(revision - 1), Consistency.LINEARIZABLE)
                .thenCompose(_ -> writes.compact(new ReadAt.AtRevision(revision)))
                .thenApply(_ -> compacted());
    }

    private CompactionResponse compacted() {
        return CompactionResponse.newBuilder().setHeader(header.now()).build();
    }
}
