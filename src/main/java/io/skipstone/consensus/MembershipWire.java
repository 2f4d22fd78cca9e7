package io.skipstone.consensus;

import com.google.protobuf.ByteString;
import io.skipstone.consensus.peer.wire.PeerProto.MemberEntry;
import io.skipstone.consensus.peer.wire.PeerProto.MemberState;
import io.skipstone.consensus.peer.wire.PeerProto.MembershipEntry;
import io.skipstone.model.Member;
import io.skipstone.model.MemberId;
import io.skipstone.model.Membership;
import io.skipstone.model.PeerAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** A membership as it travels between members. */
final class MembershipWire {
    private MembershipWire() {}

    static MembershipEntry toWire(Membership membership) {
        var entry = MembershipEntry.newBuilder()
                .setGroupId(Greetings.bytes(membership.groupId()))
                .setTerm(membership.term())
                .setLogEnd(membership.logEnd())
                .setSettled(membership.isSettled());
        membership.members().forEach(member -> entry.addMembers(toWire(member)));
        return entry.build();
    }

    static MemberEntry entry(Member member) {
        return MemberEntry.newBuilder()
                .setNodeId(member.id().nodeId())
                .setIncarnation(member.id().incarnation())
                .setAddress(member.address().authority())
                .setLearner(member.role() == Member.Role.LEARNER)
                .build();
    }

    static Membership fromWire(MembershipEntry entry) {
        return new Membership(
                uuid(entry.getGroupId()),
                entry.getTerm(),
                entry.getLogEnd(),
                entry.getSettled(),
                entry.getMembersList().stream().map(MembershipWire::fromWire).toList());
    }

    static UUID uuid(ByteString bytes) {
        ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    private static MemberState toWire(Member member) {
        var state = MemberState.newBuilder().setMember(entry(member)).setLeader(member.isLeader());
        member.matched().ifPresent(state::setMatched);
        member.silentMillis().ifPresent(state::setSilentMillis);
        member.client().ifPresent(state::setClientAddress);
        return state.build();
    }

    private static Member fromWire(MemberState state) {
        MemberEntry member = state.getMember();
        return new Member(
                new MemberId(member.getNodeId(), member.getIncarnation()),
                PeerAddress.parse(member.getNodeId() + "=" + member.getAddress()),
                member.getLearner() ? Member.Role.LEARNER : Member.Role.VOTER,
                state.getLeader(),
                state.hasMatched() ? OptionalLong.of(state.getMatched()) : OptionalLong.empty(),
                state.hasSilentMillis() ? OptionalLong.of(state.getSilentMillis()) : OptionalLong.empty(),
                Optional.of(state.getClientAddress()).filter(address -> !address.isEmpty()));
    }
}
