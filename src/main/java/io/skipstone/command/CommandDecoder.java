package io.skipstone.command;

import static io.skipstone.command.Strict.bytes;
import static io.skipstone.command.Strict.known;
import static io.skipstone.command.Strict.notNegative;

import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.log.EntryProto;
import io.skipstone.model.Invariants;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Timestamp;

/** From protobuf messages to commands; whatever is unknown or unset is a violation. */
final class CommandDecoder {
    private CommandDecoder() {}

    static LogEntry entry(Timestamp commitTs, EntryProto.Entry entry) {
        known(entry);
        Command command =
                switch (entry.getCommandCase()) {
                    case TXN -> txn(entry.getTxn());
                    case NESTED_TXN -> NestedTxnDecoder.txn(entry.getNestedTxn());
                    case RAISE_GC_FLOOR -> raiseGcFloor(entry.getRaiseGcFloor());
                    case BARRIER -> {
                        known(entry.getBarrier());
                        yield new Command.Barrier(entry.getBarrier().getLeaseMillis());
                    }
                    case RAISE_CLOCK_CEILING -> raiseClockCeiling(entry.getRaiseClockCeiling());
                    case GRANT_LEASE -> grantLease(entry.getGrantLease());
                    case REVOKE_LEASE -> {
                        known(entry.getRevokeLease());
                        yield new Command.RevokeLease(
                                leaseId(entry.getRevokeLease().getId()));
                    }
                    case EXPIRE_LEASE -> expireLease(entry.getExpireLease());
                    case COMMAND_NOT_SET -> throw Strict.unknown("command");
                };
        return new LogEntry(commitTs, once(entry), command);
    }

    private static Once once(EntryProto.Entry entry) {
        if (entry.getIdempotencyKey().isEmpty()) {
            Invariants.check(entry.getKeepMillis() == 0, "a log entry without idempotency key keeps its outcome");
            return Once.EACH_TIME;
        }
        return new Once.ByKey(
                bytes(entry.getIdempotencyKey()), notNegative(entry.getKeepMillis(), "keep time is negative: {}"));
    }

    private static Command.RaiseGcFloor raiseGcFloor(EntryProto.RaiseGcFloor message) {
        known(message);
        return new Command.RaiseGcFloor(new Timestamp(message.getFloor()));
    }

    private static Command.RaiseClockCeiling raiseClockCeiling(EntryProto.RaiseClockCeiling message) {
        known(message);
        return new Command.RaiseClockCeiling(new Timestamp(message.getCeiling()));
    }

    private static Command.GrantLease grantLease(EntryProto.GrantLease message) {
        known(message);
        return new Command.GrantLease(
                leaseId(message.getId()),
                notNegative(message.getTtlSeconds(), "a lease's time to live is negative: {}"),
                notNegative(message.getMaxLeases(), "a limit of leases is negative: {}"),
                notNegative(message.getMaxKeys(), "a limit of keys is negative: {}"));
    }

    private static Command.ExpireLease expireLease(EntryProto.ExpireLease message) {
        known(message);
        return new Command.ExpireLease(
                leaseId(message.getId()),
                new Timestamp(message.getGranted()),
                notNegative(message.getTerm(), "a term is negative: {}"));
    }

    static long leaseId(long id) {
        return notNegative(id, "a lease id is negative: {}");
    }

    private static Command.Txn txn(EntryProto.Txn txn) {
        known(txn);
        return new Command.Txn(
                txn.getComparesList().stream().map(CommandDecoder::compare).toList(),
                txn.getThenList().stream().map(CommandDecoder::operation).toList(),
                txn.getOtherwiseList().stream().map(CommandDecoder::operation).toList(),
                txn.hasReads() ? reads(txn.getReads()) : ReadSet.NONE);
    }

    private static ReadSet reads(EntryProto.ReadSet reads) {
        known(reads);
        return new ReadSet(
                new Timestamp(reads.getReadTs()),
                reads.getKeysList().stream().map(Strict::key).toList(),
                reads.getRangesList().stream().map(CommandDecoder::range).toList());
    }

    static KeyRange range(EntryProto.Range range) {
        known(range);
        return new KeyRange(bytes(range.getStart()), bytes(range.getEnd()));
    }

    private static Operation operation(EntryProto.Operation operation) {
        known(operation);
        return switch (operation.getOperationCase()) {
            case PUT -> put(operation.getPut());
            case DELETE -> {
                known(operation.getDelete());
                yield new Operation.Delete(Strict.key(operation.getDelete().getKey()));
            }
            case DELETE_PREFIX -> deletePrefix(operation.getDeletePrefix());
            case GET -> {
                known(operation.getGet());
                yield new Operation.Get(Strict.key(operation.getGet().getKey()));
            }
            case OPERATION_NOT_SET -> throw Strict.unknown("operation");
        };
    }

    private static Operation.Put put(EntryProto.Put put) {
        known(put);
        return new Operation.Put(
                Strict.key(put.getKey()),
                bytes(put.getValue()),
                notNegative(put.getTtlMillis(), "time to live is negative: {}"),
                leaseId(put.getLeaseId()));
    }

    private static Operation.DeletePrefix deletePrefix(EntryProto.DeletePrefix delete) {
        known(delete);
        return new Operation.DeletePrefix(
                bytes(delete.getPrefix()),
                bytes(delete.getExclude()),
                Strict.notNegative(delete.getMaxKeys(), "prefix delete limit is negative: {}"));
    }

    private static Compare compare(EntryProto.Compare compare) {
        known(compare);
        return new Compare(Strict.key(compare.getKey()), relation(compare.getRelation()), target(compare));
    }

    private static Compare.Target target(EntryProto.Compare compare) {
        return switch (compare.getTargetCase()) {
            case EXISTS -> new Compare.Target.Exists(compare.getExists());
            case VALUE -> new Compare.Target.Value(bytes(compare.getValue()));
            case VERSION ->
                new Compare.Target.Version(notNegative(compare.getVersion(), "compared version is negative: {}"));
            case CREATE_REVISION ->
                new Compare.Target.CreateRevision(
                        notNegative(compare.getCreateRevision(), "compared revision is negative: {}"));
            case MOD_REVISION ->
                new Compare.Target.ModRevision(
                        notNegative(compare.getModRevision(), "compared revision is negative: {}"));
            case COMMIT_TS -> new Compare.Target.CommitTimestamp(new Timestamp(compare.getCommitTs()));
            case TARGET_NOT_SET -> throw Strict.unknown("compare");
        };
    }

    static Compare.Relation relation(EntryProto.Compare.Relation relation) {
        return switch (relation) {
            case EQUAL -> Compare.Relation.EQUAL;
            case NOT_EQUAL -> Compare.Relation.NOT_EQUAL;
            case LESS -> Compare.Relation.LESS;
            case GREATER -> Compare.Relation.GREATER;
            case RELATION_UNSPECIFIED, UNRECOGNIZED -> throw Strict.unknown("relation");
        };
    }
}
