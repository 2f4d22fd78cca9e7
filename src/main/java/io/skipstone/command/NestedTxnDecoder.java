package io.skipstone.command;

import static io.skipstone.command.Strict.bytes;
import static io.skipstone.command.Strict.known;
import static io.skipstone.command.Strict.notNegative;

import io.skipstone.command.RangeRead.Between;
import io.skipstone.command.log.EntryProto;
import io.skipstone.model.KeyRange;

/** From protobuf messages to nested transactions; whatever is unknown or unset is a violation. */
final class NestedTxnDecoder {
    private NestedTxnDecoder() {}

    static Command.NestedTxn txn(EntryProto.NestedTxn txn) {
        known(txn);
        return new Command.NestedTxn(
                txn.getComparesList().stream().map(NestedTxnDecoder::compare).toList(),
                txn.getThenList().stream().map(NestedTxnDecoder::step).toList(),
                txn.getOtherwiseList().stream().map(NestedTxnDecoder::step).toList());
    }

    private static RangeCompare compare(EntryProto.RangeCompare compare) {
        known(compare);
        return new RangeCompare(
                keys(compare.getKeys()), CommandDecoder.relation(compare.getRelation()), target(compare));
    }

    private static RangeCompare.Target target(EntryProto.RangeCompare compare) {
        return switch (compare.getTargetCase()) {
            case VALUE -> new RangeCompare.Target.Value(bytes(compare.getValue()));
            case VERSION -> new RangeCompare.Target.Version(compare.getVersion());
            case CREATE_REVISION -> new RangeCompare.Target.CreateRevision(compare.getCreateRevision());
            case MOD_REVISION -> new RangeCompare.Target.ModRevision(compare.getModRevision());
            case LEASE_ID -> new RangeCompare.Target.LeaseId(compare.getLeaseId());
            case TARGET_NOT_SET -> throw Strict.unknown("compare");
        };
    }

    private static Step step(EntryProto.Step step) {
        known(step);
        return switch (step.getStepCase()) {
            case PUT -> put(step.getPut());
            case READ -> new Step.Read(read(step.getRead()));
            case DELETE -> delete(step.getDelete());
            case NESTED -> new Step.Nested(txn(step.getNested()));
            case STEP_NOT_SET -> throw Strict.unknown("step");
        };
    }

    private static Step.Put put(EntryProto.PutStep put) {
        known(put);
        return new Step.Put(
                Strict.key(put.getKey()),
                bytes(put.getValue()),
                CommandDecoder.leaseId(put.getLeaseId()),
                new Step.Keeps(put.getKeepsValue(), put.getKeepsLease()),
                put.getPrevious());
    }

    private static Step.Delete delete(EntryProto.DeleteStep delete) {
        known(delete);
        return new Step.Delete(keys(delete.getKeys()), delete.getPrevious());
    }

    private static RangeRead read(EntryProto.RangeRead read) {
        known(read);
        return new RangeRead(
                keys(read.getKeys()),
                notNegative(read.getPastRevision(), "a read's revision is negative: {}") - 1,
                notNegative(read.getLimit(), "a read's limit is negative: {}"),
                content(read.getContent()),
                order(read.getOrder()),
                by(read.getBy()),
                read.hasModRevisions() ? between(read.getModRevisions()) : Between.ANY,
                read.hasCreateRevisions() ? between(read.getCreateRevisions()) : Between.ANY);
    }

    private static KeyRange keys(EntryProto.Range range) {
        return CommandDecoder.range(range);
    }

    private static Between between(EntryProto.Between between) {
        known(between);
        return new Between(between.getLeast(), between.getMost());
    }

    private static RangeRead.Content content(EntryProto.RangeRead.Content content) {
        return switch (content) {
            case KEYS_AND_VALUES -> RangeRead.Content.KEYS_AND_VALUES;
            case KEYS_ONLY -> RangeRead.Content.KEYS_ONLY;
            case COUNT_ONLY -> RangeRead.Content.COUNT_ONLY;
            case CONTENT_UNSPECIFIED, UNRECOGNIZED -> throw Strict.unknown("content");
        };
    }

    private static RangeRead.Order order(EntryProto.RangeRead.Order order) {
        return switch (order) {
            case AS_FOUND -> RangeRead.Order.AS_FOUND;
            case ASCENDING -> RangeRead.Order.ASCENDING;
            case DESCENDING -> RangeRead.Order.DESCENDING;
            case ORDER_UNSPECIFIED, UNRECOGNIZED -> throw Strict.unknown("order");
        };
    }

    private static RangeRead.By by(EntryProto.RangeRead.By by) {
        return switch (by) {
            case KEY -> RangeRead.By.KEY;
            case VERSION -> RangeRead.By.VERSION;
            case CREATE_REVISION -> RangeRead.By.CREATE_REVISION;
            case MOD_REVISION -> RangeRead.By.MOD_REVISION;
            case VALUE -> RangeRead.By.VALUE;
            case BY_UNSPECIFIED, UNRECOGNIZED -> throw Strict.unknown("order");
        };
    }
}
