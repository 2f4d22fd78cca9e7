package io.skipstone.api.etcd;

import io.skipstone.api.etcd.v3.DeleteRangeResponse;
import io.skipstone.api.etcd.v3.PutResponse;
import io.skipstone.api.etcd.v3.RangeResponse;
import io.skipstone.api.etcd.v3.RequestOp;
import io.skipstone.api.etcd.v3.ResponseHeader;
import io.skipstone.api.etcd.v3.ResponseOp;
import io.skipstone.api.etcd.v3.TxnRequest;
import io.skipstone.api.etcd.v3.TxnResponse;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.StepResult;
import io.skipstone.command.StepResult.Chose;
import io.skipstone.command.StepResult.Rows;
import java.util.Iterator;
import java.util.List;

/**
 * Gives the results of a transaction their places. They come in the order of the walk, so the request is walked again.
 *
 * <p>The headers inside have the revision of the store as the request found it: that of the transaction once something was written.
 */
final class TxnAnswer {
    private final Iterator<StepResult> results;
    private final ResponseHeader written;
    private ResponseHeader now;

    private TxnAnswer(List<StepResult> results, ResponseHeader before, ResponseHeader written) {
        this.results = results.iterator();
        this.now = before;
        this.written = written;
    }

    /**
     * @param header of the whole answer
     * @param revision of the store afterwards
     */
    static TxnResponse of(TxnRequest request, List<StepResult> results, ResponseHeader header, long revision) {
        long before = revision - (hasWritten(request, results.iterator()) ? 1 : 0);
        var answer = new TxnAnswer(results, inner(before), inner(revision));
        return answer.txn(request).setHeader(header).build();
    }

    private static ResponseHeader inner(long revision) {
        return ResponseHeader.newBuilder().setRevision(Revisions.etcd(revision)).build();
    }

    private static boolean hasWritten(TxnRequest request, Iterator<StepResult> results) {
        boolean written = false;
        for (RequestOp operation : chosen(request, ((Chose) results.next()).branch())) {
            written |= operation.hasRequestTxn()
                    ? hasWritten(operation.getRequestTxn(), results)
                    : writes(operation, (Rows) results.next());
        }
        return written;
    }

    private static boolean writes(RequestOp operation, Rows rows) {
        return operation.hasRequestPut() || (operation.hasRequestDeleteRange() && rows.count() > 0);
    }

    private static List<RequestOp> chosen(TxnRequest request, Branch branch) {
        return switch (branch) {
            case THEN -> request.getSuccessList();
            case OTHERWISE -> request.getFailureList();
        };
    }

    private TxnResponse.Builder txn(TxnRequest request) {
        Branch branch = ((Chose) results.next()).branch();
        var answer = TxnResponse.newBuilder().setSucceeded(branch == Branch.THEN);
        for (RequestOp operation : chosen(request, branch)) {
            answer.addResponses(answer(operation));
        }
        return answer;
    }

    private ResponseOp.Builder answer(RequestOp operation) {
        var answer = ResponseOp.newBuilder();
        if (operation.hasRequestTxn()) {
            return answer.setResponseTxn(txn(operation.getRequestTxn()).setHeader(ResponseHeader.getDefaultInstance()));
        }
        Rows rows = (Rows) results.next();
        if (writes(operation, rows)) {
            now = written;
        }
        return switch (operation.getRequestCase()) {
            case REQUEST_RANGE -> answer.setResponseRange(range(rows, now));
            case REQUEST_PUT -> answer.setResponsePut(put(rows, now));
            case REQUEST_DELETE_RANGE -> answer.setResponseDeleteRange(delete(rows, now));
            case REQUEST_TXN, REQUEST_NOT_SET -> throw new IllegalStateException("a result without a request");
        };
    }

    static RangeResponse range(Rows rows, ResponseHeader header) {
        var answer = RangeResponse.newBuilder()
                .setHeader(header)
                .setCount(rows.count())
                .setMore(rows.more());
        rows.rows().forEach(row -> answer.addKvs(KeyValues.row(row)));
        return answer.build();
    }

    static PutResponse put(Rows rows, ResponseHeader header) {
        var answer = PutResponse.newBuilder().setHeader(header);
        rows.rows().forEach(row -> answer.setPrevKv(KeyValues.row(row)));
        return answer.build();
    }

    static DeleteRangeResponse delete(Rows rows, ResponseHeader header) {
        var answer = DeleteRangeResponse.newBuilder().setHeader(header).setDeleted(rows.count());
        rows.rows().forEach(row -> answer.addPrevKvs(KeyValues.row(row)));
        return answer.build();
    }
}
