package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Invariants;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import java.util.Optional;
import java.util.UUID;

/**
 * The one record that is rewritten in every write transaction: all that a restart needs to know.
 *
 * @param applied position of the last log entry in the store; empty before the first
 * @param revision +1 for each entry that changed something, from 0
 * @param lastCommitTs commit timestamp of the last entry, strictly increasing
 * @param hlcCeiling no timestamp above it has been issued, nor told to a reader; NONE while no ceiling is agreed on
 * @param cutover format switches that the group has agreed on; 0 for none
 * @param gcFloor reads below it are refused
 * @param configuration the Raft configuration last applied, as Ratis writes it; empty before the first
 * @param groupId the Raft group this store belongs to; empty before the first logged write
 * @param nextChildId next free id of a key layer
 * @param nextBigId next free id of a chunked value
 */
public record StoreMeta(
        Optional<Position> applied,
        long revision,
        Timestamp lastCommitTs,
        Timestamp hlcCeiling,
        long cutover,
        Timestamp gcFloor,
        Bytes configuration,
        Optional<UUID> groupId,
        long nextChildId,
        long nextBigId) {
    public static final StoreMeta EMPTY = new StoreMeta(
            Optional.empty(),
            0,
            Timestamp.NONE,
            Timestamp.NONE,
            0,
            Timestamp.NONE,
            Bytes.EMPTY,
            Optional.empty(),
            1,
            1);

    /** The meta at a later position: neither index nor term go back. */
    StoreMeta advancedTo(Position next) {
        applied.ifPresent(before -> {
            Invariants.check(
                    next.index() >= before.index(), "applied index went back: {} -> {}", before.index(), next.index());
            Invariants.check(
                    next.term() >= before.term(), "applied term went back: {} -> {}", before.term(), next.term());
        });
        return new StoreMeta(
                Optional.of(next),
                revision,
                lastCommitTs,
                hlcCeiling,
                cutover,
                gcFloor,
                configuration,
                groupId,
                nextChildId,
                nextBigId);
    }

    StoreMeta withRevision(long revision) {
        return new StoreMeta(
                applied,
                revision,
                lastCommitTs,
                hlcCeiling,
                cutover,
                gcFloor,
                configuration,
                groupId,
                nextChildId,
                nextBigId);
    }

    StoreMeta withLastCommitTs(Timestamp lastCommitTs) {
        return new StoreMeta(
                applied,
                revision,
                lastCommitTs,
                hlcCeiling,
                cutover,
                gcFloor,
                configuration,
                groupId,
                nextChildId,
                nextBigId);
    }

    StoreMeta withGcFloor(Timestamp gcFloor) {
        return new StoreMeta(
                applied,
                revision,
                lastCommitTs,
                hlcCeiling,
                cutover,
                gcFloor,
                configuration,
                groupId,
                nextChildId,
                nextBigId);
    }

    StoreMeta withHlcCeiling(Timestamp hlcCeiling) {
        return new StoreMeta(
                applied,
                revision,
                lastCommitTs,
                hlcCeiling,
                cutover,
                gcFloor,
                configuration,
                groupId,
                nextChildId,
                nextBigId);
    }

    StoreMeta withConfiguration(Bytes configuration) {
        return new StoreMeta(
                applied,
                revision,
                lastCommitTs,
                hlcCeiling,
                cutover,
                gcFloor,
                configuration,
                groupId,
                nextChildId,
                nextBigId);
    }

    StoreMeta withGroupId(UUID group) {
        return new StoreMeta(
                applied,
                revision,
                lastCommitTs,
                hlcCeiling,
                cutover,
                gcFloor,
                configuration,
                Optional.of(group),
                nextChildId,
                nextBigId);
    }

    StoreMeta withNextChildId(long nextChildId) {
        return new StoreMeta(
                applied,
                revision,
                lastCommitTs,
                hlcCeiling,
                cutover,
                gcFloor,
                configuration,
                groupId,
                nextChildId,
                nextBigId);
    }

    StoreMeta withNextBigId(long nextBigId) {
        return new StoreMeta(
                applied,
                revision,
                lastCommitTs,
                hlcCeiling,
                cutover,
                gcFloor,
                configuration,
                groupId,
                nextChildId,
                nextBigId);
    }
}
