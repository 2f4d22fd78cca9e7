package io.skipstone.command;

import static io.skipstone.command.CommandEncoder.bytes;
import static io.skipstone.command.CommandEncoder.range;

import io.skipstone.command.RangeRead.Between;
import io.skipstone.command.log.EntryProto;

/** From nested transactions to protobuf messages. */
final class NestedTxnEncoder {
    private NestedTxnEncoder() {}

    static EntryProto.NestedTxn txn(Command.NestedTxn txn) {
        var message = EntryProto.NestedTxn.newBuilder();
        txn.compares().forEach(compare -> message.addCompares(compare(compare)));
        txn.then().forEach(step -> message.addThen(step(step)));
        txn.otherwise().forEach(step -> message.addOtherwise(step(step)));
        return message.build();
    }

    private static EntryProto.RangeCompare compare(RangeCompare compare) {
        var message = EntryProto.RangeCompare.newBuilder()
                .setKeys(range(compare.keys()))
                .setRelation(CommandEncoder.relation(compare.relation()));
        switch (compare.target()) {
            case RangeCompare.Target.Value(var value) -> message.setValue(bytes(value));
            case RangeCompare.Target.Version(var version) -> message.setVersion(version);
            case RangeCompare.Target.CreateRevision(var revision) -> message.setCreateRevision(revision);
            case RangeCompare.Target.ModRevision(var revision) -> message.setModRevision(revision);
            case RangeCompare.Target.LeaseId(var id) -> message.setLeaseId(id);
        }
        return message.build();
    }

    private static EntryProto.Step step(Step step) {
        var message = EntryProto.Step.newBuilder();
        switch (step) {
            case Step.Put(var key, var value, var leaseId, var keeps, var previous) ->
                message.setPut(EntryProto.PutStep.newBuilder()
                        .setKey(bytes(key))
                        .setValue(bytes(value))
                        .setLeaseId(leaseId)
                        .setKeepsValue(keeps.value())
                        .setKeepsLease(keeps.lease())
                        .setPrevious(previous));
            case Step.Read(var read) -> message.setRead(read(read));
            case Step.Delete(var keys, var previous) ->
                message.setDelete(
                        EntryProto.DeleteStep.newBuilder().setKeys(range(keys)).setPrevious(previous));
            case Step.Nested(var inner) -> message.setNested(txn(inner));
        }
        return message.build();
    }

    private static EntryProto.RangeRead read(RangeRead read) {
        var message = EntryProto.RangeRead.newBuilder()
                .setKeys(range(read.keys()))
                .setPastRevision(read.revision() + 1)
                .setLimit(read.limit())
                .setContent(content(read.content()))
                .setOrder(order(read.order()))
                .setBy(by(read.by()));
        if (!read.modRevisions().isAny()) {
            message.setModRevisions(between(read.modRevisions()));
        }
        if (!read.createRevisions().isAny()) {
            message.setCreateRevisions(between(read.createRevisions()));
        }
        return message.build();
    }

    private static EntryProto.Between between(Between between) {
        return EntryProto.Between.newBuilder()
                .setLeast(between.least())
                .setMost(between.most())
                .build();
    }

    private static EntryProto.RangeRead.Content content(RangeRead.Content content) {
        return switch (content) {
            case KEYS_AND_VALUES -> EntryProto.RangeRead.Content.KEYS_AND_VALUES;
            case KEYS_ONLY -> EntryProto.RangeRead.Content.KEYS_ONLY;
            case COUNT_ONLY -> EntryProto.RangeRead.Content.COUNT_ONLY;
        };
    }

    private static EntryProto.RangeRead.Order order(RangeRead.Order order) {
        return switch (order) {
            case AS_FOUND -> EntryProto.RangeRead.Order.AS_FOUND;
            case ASCENDING -> EntryProto.RangeRead.Order.ASCENDING;
            case DESCENDING -> EntryProto.RangeRead.Order.DESCENDING;
        };
    }

    private static EntryProto.RangeRead.By by(RangeRead.By by) {
        return switch (by) {
            case KEY -> EntryProto.RangeRead.By.KEY;
            case VERSION -> EntryProto.RangeRead.By.VERSION;
            case CREATE_REVISION -> EntryProto.RangeRead.By.CREATE_REVISION;
            case MOD_REVISION -> EntryProto.RangeRead.By.MOD_REVISION;
            case VALUE -> EntryProto.RangeRead.By.VALUE;
        };
    }
}
