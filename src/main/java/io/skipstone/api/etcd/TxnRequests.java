package io.skipstone.api.etcd;

import io.skipstone.api.etcd.v3.Compare;
import io.skipstone.api.etcd.v3.DeleteRangeRequest;
import io.skipstone.api.etcd.v3.PutRequest;
import io.skipstone.api.etcd.v3.RequestOp;
import io.skipstone.api.etcd.v3.TxnRequest;
import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Step;
import io.skipstone.model.Key;
import java.util.List;
import java.util.stream.Stream;

/** Writes and transactions, as a client asks for them. */
final class TxnRequests {
    /** Compares, or requests of one branch; a transaction inside another has what that one leaves. */
    private static final int MAX_OPERATIONS = 128;

    private TxnRequests() {}

    /** Refuses what etcd refuses, in its words and in its order. What a key may be written twice by is left to the rules of the log. */
    static void check(TxnRequest request) {
        check(request, MAX_OPERATIONS);
    }

    private static void check(TxnRequest request, int operationsLeft) {
        int most = Math.max(request.getCompareCount(), Math.max(request.getSuccessCount(), request.getFailureCount()));
        if (most > operationsLeft) {
            throw EtcdError.TOO_MANY_OPERATIONS.refusal();
        }
        for (Compare compare : request.getCompareList()) {
            if (compare.getKey().isEmpty()) {
                throw EtcdError.KEY_NOT_PROVIDED.refusal();
            }
        }
        request.getSuccessList().forEach(operation -> check(operation, operationsLeft - most));
        request.getFailureList().forEach(operation -> check(operation, operationsLeft - most));
    }

    private static void check(RequestOp operation, int operationsLeft) {
        switch (operation.getRequestCase()) {
            case REQUEST_RANGE -> RangeRequests.check(operation.getRequestRange());
            case REQUEST_PUT -> check(operation.getRequestPut());
            case REQUEST_DELETE_RANGE -> check(operation.getRequestDeleteRange());
            case REQUEST_TXN -> check(operation.getRequestTxn(), operationsLeft);
            case REQUEST_NOT_SET -> throw EtcdError.KEY_NOT_FOUND.refusal();
        }
    }

    static void check(PutRequest request) {
        if (request.getKey().isEmpty()) {
            throw EtcdError.KEY_NOT_PROVIDED.refusal();
        }
        if (request.getIgnoreValue() && !request.getValue().isEmpty()) {
            throw EtcdError.VALUE_PROVIDED.refusal();
        }
        if (request.getIgnoreLease() && request.getLease() != 0) {
            throw EtcdError.LEASE_PROVIDED.refusal();
        }
        if (request.getLease() < 0) {
            // No lease here has such an id.
            throw EtcdError.LEASE_NOT_FOUND.refusal();
        }
    }

    static void check(DeleteRangeRequest request) {
        if (request.getKey().isEmpty()) {
            throw EtcdError.KEY_NOT_PROVIDED.refusal();
        }
    }

    /** Of a request that was checked, as all below. */
    static NestedTxn txn(TxnRequest request) {
        return new NestedTxn(
                request.getCompareList().stream().map(Compares::compare).toList(),
                steps(request.getSuccessList()),
                steps(request.getFailureList()));
    }

    private static List<Step> steps(List<RequestOp> operations) {
        return operations.stream().map(TxnRequests::step).toList();
    }

    private static Step step(RequestOp operation) {
        return switch (operation.getRequestCase()) {
            case REQUEST_RANGE -> new Step.Read(RangeRequests.read(operation.getRequestRange()));
            case REQUEST_PUT -> put(operation.getRequestPut());
            case REQUEST_DELETE_RANGE -> delete(operation.getRequestDeleteRange());
            case REQUEST_TXN -> new Step.Nested(txn(operation.getRequestTxn()));
            case REQUEST_NOT_SET -> throw EtcdError.KEY_NOT_FOUND.refusal();
        };
    }

    static Step.Put put(PutRequest request) {
        return new Step.Put(
                new Key(KeyValues.bytes(request.getKey())),
                KeyValues.bytes(request.getValue()),
                request.getLease(),
                new Step.Keeps(request.getIgnoreValue(), request.getIgnoreLease()),
                request.getPrevKv());
    }

    static Step.Delete delete(DeleteRangeRequest request) {
        return new Step.Delete(RangeRequests.keys(request.getKey(), request.getRangeEnd()), request.getPrevKv());
    }

    /** Whether this node may answer alone, of a transaction that only reads: each of its reads says so, and there is one. */
    static boolean isSerializable(TxnRequest request) {
        return ranges(request).findAny().isPresent() && ranges(request).allMatch(isLocal -> isLocal);
    }

    private static Stream<Boolean> ranges(TxnRequest request) {
        return Stream.concat(request.getSuccessList().stream(), request.getFailureList().stream())
                .flatMap(operation -> operation.hasRequestTxn()
                        ? ranges(operation.getRequestTxn())
                        : Stream.of(operation.getRequestRange().getSerializable()));
    }
}
