package io.skipstone.apply;

import io.skipstone.command.Command;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.Outcome.Result;
import io.skipstone.model.Key;
import io.skipstone.model.Limits;
import io.skipstone.model.Moment;
import io.skipstone.model.Timestamp;
import io.skipstone.store.WriteTxn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of one transaction: choose the branch, look for conflicts, then write. */
final class TxnRun {
    private final WriteTxn txn;
    private final Command.Txn command;
    private final Moment moment;

    TxnRun(WriteTxn txn, Command.Txn command) {
        this.txn = txn;
        this.command = command;
        this.moment = Moment.at(txn.commitTs());
    }

    Outcome run() {
        Branch branch = chooseBranch();
        List<Operation> operations = operationsOf(branch);
        return new ConflictCheck(txn, command.reads())
                .refuse(operations)
                .or(() -> new LeaseCheck(txn, moment).refuse(operations))
                .orElseGet(() -> runBranch(branch, operations));
    }

    private Branch chooseBranch() {
        boolean allHold = command.compares().stream()
                .allMatch(compare -> CompareCheck.holds(compare, txn.get(compare.key(), moment)));
        return allHold ? Branch.THEN : Branch.OTHERWISE;
    }

    private List<Operation> operationsOf(Branch branch) {
        return switch (branch) {
            case THEN -> command.then();
            case OTHERWISE -> command.otherwise();
        };
    }

    private Outcome runBranch(Branch branch, List<Operation> operations) {
        if (!resultsFit(operations)) {
            return new Outcome.ResultTooLarge(Limits.TXN_RESULT_BYTES);
        }
        List<Result> results = new ArrayList<>(operations.size());
        for (Operation operation : operations) {
            switch (operation) {
                case Operation.Put put -> results.add(put(put));
                case Operation.Delete(var key) -> results.add(new Result.Deleted(txn.delete(key) ? 1 : 0));
                case Operation.Get(var key) ->
                    results.add(new Result.Got(txn.get(key, moment).stream().toList()));
                case Operation.DeletePrefix delete -> {
                    Optional<Long> deleted = txn.deletePrefix(delete.prefix(), delete.exclude(), delete.maxKeys());
                    if (deleted.isEmpty()) {
                        // Nothing is half done: a prefix delete is the only operation of its branch.
                        return new Outcome.TooManyKeys(delete.maxKeys());
                    }
                    results.add(new Result.Deleted(deleted.get()));
                }
            }
        }
        return new Outcome.Committed(branch, txn.revision(), txn.commitTs(), results);
    }

    /**
     * Looked at before anything is written: a few bytes of log may ask for gigabytes, and a process that an entry kills is killed by it
     * again at each start.
     */
    private boolean resultsFit(List<Operation> operations) {
        Map<Key, Integer> written = new HashMap<>();
        long bytes = 0;
        for (Operation operation : operations) {
            switch (operation) {
                case Operation.Put put -> written.put(put.key(), put.value().length());
                case Operation.Delete(var key) -> written.put(key, 0);
                case Operation.Get(var key) -> {
                    Integer own = written.get(key);
                    bytes += key.length() + (own != null ? own : storedBytes(key));
                }
                case Operation.DeletePrefix _ -> {}
            }
            if (bytes > Limits.TXN_RESULT_BYTES) {
                return false;
            }
        }
        return true;
    }

    private int storedBytes(Key key) {
        return txn.get(key, moment).map(found -> found.value().length()).orElse(0);
    }

    private Result.Put put(Operation.Put put) {
        Timestamp expiresAt =
                put.ttlMillis() == 0 ? Timestamp.NONE : txn.commitTs().plusMillis(put.ttlMillis());
        return new Result.Put(
                txn.put(put.key(), put.value(), expiresAt, put.leaseId()).version());
    }
}
