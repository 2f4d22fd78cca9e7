package io.skipstone.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.log.EntryProto;
import io.skipstone.model.Bytes;
import io.skipstone.model.Invariants;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;

/** From commands to protobuf messages. */
final class CommandEncoder {
    private CommandEncoder() {}

    static EntryProto.Entry entry(Once once, Command command) {
        var entry = EntryProto.Entry.newBuilder();
        switch (once) {
            case Once.EachTime _ -> {}
            case Once.ByKey(var idempotencyKey, var keepMillis) -> {
                // Protobuf leaves an empty field out: the entry would take effect each time.
                Invariants.check(!idempotencyKey.isEmpty(), "the idempotency key is empty");
                entry.setIdempotencyKey(bytes(idempotencyKey)).setKeepMillis(keepMillis);
            }
        }
        switch (command) {
            case Command.Txn txn -> entry.setTxn(txn(txn));
            case Command.NestedTxn txn -> entry.setNestedTxn(NestedTxnEncoder.txn(txn));
            case Command.RaiseGcFloor(var floor) ->
                entry.setRaiseGcFloor(EntryProto.RaiseGcFloor.newBuilder().setFloor(floor.bits()));
            case Command.Barrier(var leaseMillis) ->
                entry.setBarrier(EntryProto.Barrier.newBuilder().setLeaseMillis(leaseMillis));
            case Command.RaiseClockCeiling(var ceiling) ->
                entry.setRaiseClockCeiling(
                        EntryProto.RaiseClockCeiling.newBuilder().setCeiling(ceiling.bits()));
            case Command.GrantLease grant -> entry.setGrantLease(grantLease(grant));
            case Command.RevokeLease(var id) ->
                entry.setRevokeLease(EntryProto.RevokeLease.newBuilder().setId(id));
            case Command.ExpireLease(var id, var granted, var term) ->
                entry.setExpireLease(EntryProto.ExpireLease.newBuilder()
                        .setId(id)
                        .setGranted(granted.bits())
                        .setTerm(term));
        }
        return entry.build();
    }

    private static EntryProto.GrantLease grantLease(Command.GrantLease grant) {
        return EntryProto.GrantLease.newBuilder()
                .setId(grant.id())
                .setTtlSeconds(grant.ttlSeconds())
                .setMaxLeases(grant.maxLeases())
                .setMaxKeys(grant.maxKeys())
                .build();
    }

    private static EntryProto.Txn txn(Command.Txn txn) {
        var message = EntryProto.Txn.newBuilder();
        txn.compares().forEach(compare -> message.addCompares(compare(compare)));
        txn.then().forEach(operation -> message.addThen(operation(operation)));
        txn.otherwise().forEach(operation -> message.addOtherwise(operation(operation)));
        if (!txn.reads().equals(ReadSet.NONE)) {
            message.setReads(reads(txn.reads()));
        }
        return message.build();
    }

    private static EntryProto.ReadSet reads(ReadSet reads) {
        var message = EntryProto.ReadSet.newBuilder().setReadTs(reads.readTs().bits());
        reads.keys().forEach(key -> message.addKeys(bytes(key)));
        reads.ranges().forEach(range -> message.addRanges(range(range)));
        return message.build();
    }

    static EntryProto.Range range(KeyRange range) {
        return EntryProto.Range.newBuilder()
                .setStart(bytes(range.start()))
                .setEnd(bytes(range.end()))
                .build();
    }

    private static EntryProto.Operation operation(Operation operation) {
        var message = EntryProto.Operation.newBuilder();
        switch (operation) {
            case Operation.Put(var key, var value, var ttlMillis, var leaseId) ->
                message.setPut(EntryProto.Put.newBuilder()
                        .setKey(bytes(key))
                        .setValue(bytes(value))
                        .setTtlMillis(ttlMillis)
                        .setLeaseId(leaseId));
            case Operation.Delete(var key) ->
                message.setDelete(EntryProto.Delete.newBuilder().setKey(bytes(key)));
            case Operation.DeletePrefix(var prefix, var exclude, var maxKeys) ->
                message.setDeletePrefix(EntryProto.DeletePrefix.newBuilder()
                        .setPrefix(bytes(prefix))
                        .setExclude(bytes(exclude))
                        .setMaxKeys(maxKeys));
            case Operation.Get(var key) ->
                message.setGet(EntryProto.Get.newBuilder().setKey(bytes(key)));
        }
        return message.build();
    }

    private static EntryProto.Compare compare(Compare compare) {
        var message =
                EntryProto.Compare.newBuilder().setKey(bytes(compare.key())).setRelation(relation(compare.relation()));
        switch (compare.target()) {
            case Compare.Target.Exists(var exists) -> message.setExists(exists);
            case Compare.Target.Value(var value) -> message.setValue(bytes(value));
            case Compare.Target.Version(var version) -> message.setVersion(version);
            case Compare.Target.CreateRevision(var revision) -> message.setCreateRevision(revision);
            case Compare.Target.ModRevision(var revision) -> message.setModRevision(revision);
            case Compare.Target.CommitTimestamp(var timestamp) -> message.setCommitTs(timestamp.bits());
        }
        return message.build();
    }

    static EntryProto.Compare.Relation relation(Compare.Relation relation) {
        return switch (relation) {
            case EQUAL -> EntryProto.Compare.Relation.EQUAL;
            case NOT_EQUAL -> EntryProto.Compare.Relation.NOT_EQUAL;
            case LESS -> EntryProto.Compare.Relation.LESS;
            case GREATER -> EntryProto.Compare.Relation.GREATER;
        };
    }

    static ByteString bytes(Key key) {
        return bytes(key.bytes());
    }

    /** Without a copy: {@link Bytes} never change. */
    static ByteString bytes(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array());
    }
}
