package io.skipstone.command;

import static io.skipstone.command.CommandEncoder.bytes;

import io.skipstone.command.log.EntryProto;
import io.skipstone.model.KeyValue;

/** From outcomes to protobuf messages. */
final class OutcomeEncoder {
    private OutcomeEncoder() {}

    static EntryProto.OutcomeRecord outcome(Outcome outcome) {
        var message = EntryProto.OutcomeRecord.newBuilder();
        switch (outcome) {
            case Outcome.Committed committed -> message.setCommitted(committed(committed));
            case Outcome.Conflict(var key, var newer) ->
                message.setConflict(
                        EntryProto.Conflict.newBuilder().setKey(bytes(key)).setNewer(newer.bits()));
            case Outcome.BelowGcFloor(var floor) -> message.setBelowGcFloor(floor.bits());
            case Outcome.TooManyKeys(var maxKeys) -> message.setTooManyKeys(maxKeys);
            case Outcome.ResultTooLarge(var maxBytes) -> message.setResultTooLarge(maxBytes);
            case Outcome.IdempotencyKeyReused _ -> message.setIdempotencyKeyReused(true);
            case Outcome.FloorRaised(var floor) -> message.setFloorRaised(floor.bits());
            case Outcome.BarrierPassed(var commitTs) -> message.setBarrierPassed(commitTs.bits());
            case Outcome.CeilingRaised(var ceiling) -> message.setClockCeilingRaised(ceiling.bits());
            case Outcome.LeaseGranted(var id, var ttlSeconds, var granted) ->
                message.setLeaseGranted(EntryProto.LeaseGranted.newBuilder()
                        .setId(id)
                        .setTtlSeconds(ttlSeconds)
                        .setGranted(granted.bits()));
            case Outcome.LeaseExists(var id) -> message.setLeaseExists(id);
            case Outcome.TooManyLeases(var maxLeases) -> message.setTooManyLeases(maxLeases);
            case Outcome.LeaseRevoked(var id, var keys, var revision, var commitTs) ->
                message.setLeaseRevoked(EntryProto.LeaseRevoked.newBuilder()
                        .setId(id)
                        .setKeys(keys)
                        .setRevision(revision)
                        .setCommitTs(commitTs.bits()));
            case Outcome.LeaseNotFound(var id) -> message.setLeaseNotFound(id);
            case Outcome.LeaseFull(var id, var maxKeys) ->
                message.setLeaseFull(EntryProto.LeaseFull.newBuilder().setId(id).setMaxKeys(maxKeys));
            case Outcome.LeaseKept(var id) -> message.setLeaseKept(id);
            case Outcome.Ran ran -> message.setRan(ran(ran));
            case Outcome.KeyMissing _ -> message.setKeyMissing(true);
            case Outcome.RevisionInFuture(var newest) -> message.setRevisionInFuture(newest);
        }
        return message.build();
    }

    private static EntryProto.Committed committed(Outcome.Committed committed) {
        var message = EntryProto.Committed.newBuilder()
                .setOtherwise(committed.branch() == Outcome.Branch.OTHERWISE)
                .setRevision(committed.revision())
                .setCommitTs(committed.commitTs().bits());
        committed.results().forEach(result -> message.addResults(result(result)));
        return message.build();
    }

    private static EntryProto.Ran ran(Outcome.Ran ran) {
        var message = EntryProto.Ran.newBuilder()
                .setRevision(ran.revision())
                .setCommitTs(ran.commitTs().bits());
        ran.results().forEach(result -> message.addResults(result(result)));
        return message.build();
    }

    private static EntryProto.StepResult result(StepResult result) {
        var message = EntryProto.StepResult.newBuilder();
        switch (result) {
            case StepResult.Chose(var branch) -> message.setOtherwise(branch == Outcome.Branch.OTHERWISE);
            case StepResult.Rows(var count, var more, var rows) -> {
                var found = EntryProto.RangeRows.newBuilder().setCount(count).setMore(more);
                rows.forEach(row -> found.addRows(keyValue(row)));
                message.setRows(found);
            }
        }
        return message.build();
    }

    private static EntryProto.Result result(Outcome.Result result) {
        var message = EntryProto.Result.newBuilder();
        switch (result) {
            case Outcome.Result.Put(var version) -> message.setPutVersion(version);
            case Outcome.Result.Deleted(var count) -> message.setDeleted(count);
            case Outcome.Result.Got(var found) -> {
                var got = EntryProto.Got.newBuilder();
                found.forEach(keyValue -> got.addFound(keyValue(keyValue)));
                message.setGot(got);
            }
        }
        return message.build();
    }

    private static EntryProto.KeyValueRecord keyValue(KeyValue keyValue) {
        return EntryProto.KeyValueRecord.newBuilder()
                .setKey(bytes(keyValue.key()))
                .setValue(bytes(keyValue.value()))
                .setCreateRevision(keyValue.createRevision())
                .setModRevision(keyValue.modRevision())
                .setVersion(keyValue.version())
                .setCommitTs(keyValue.commitTs().bits())
                .setExpiresAt(keyValue.expiresAt().bits())
                .setLeaseId(keyValue.leaseId())
                .build();
    }
}
