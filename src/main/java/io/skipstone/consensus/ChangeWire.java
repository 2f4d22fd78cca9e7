package io.skipstone.consensus;

import io.skipstone.consensus.peer.wire.PeerProto.ChangeRequest;
import io.skipstone.model.Membership;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Changes of the members as they travel from the node that was asked to the leader. */
final class ChangeWire {
    private ChangeWire() {}

    static ChangeRequest look() {
        return ChangeRequest.newBuilder().setLook(true).build();
    }

    static ChangeRequest add(PeerAddress joiner) {
        return ChangeRequest.newBuilder().setAdd(joiner.toString()).build();
    }

    static ChangeRequest promote(String nodeId) {
        return ChangeRequest.newBuilder().setPromote(nodeId).build();
    }

    static ChangeRequest remove(String nodeId) {
        return ChangeRequest.newBuilder().setRemove(nodeId).build();
    }

    static ChangeRequest transfer(Optional<String> to) {
        return ChangeRequest.newBuilder().setTransferTo(to.orElse("")).build();
    }

    static CompletionStage<Membership> carryOut(ChangeRequest request, MembershipChanges changes) {
        return switch (request.getChangeCase()) {
            case LOOK -> changes.members();
            case ADD -> changes.add(address(request.getAdd()));
            case PROMOTE -> changes.promote(request.getPromote());
            case REMOVE -> changes.remove(request.getRemove());
            case TRANSFER_TO ->
                changes.transferLeadership(Optional.of(request.getTransferTo()).filter(nodeId -> !nodeId.isEmpty()));
            case CHANGE_NOT_SET ->
                throw new BadRequest(
                        "change_unknown", "the leader does not know this change; run the same version everywhere");
        };
    }

    private static PeerAddress address(String text) {
        try {
            return PeerAddress.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new BadRequest("bad_member", String.valueOf(wrong.getMessage()));
        }
    }
}
