package io.skipstone.consensus;

import io.skipstone.model.Member;
import io.skipstone.model.MemberId;
import io.skipstone.model.Membership;
import io.skipstone.model.PeerAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;

/** Who is in the group and who leads it, as Ratis on this node knows it. Any thread; reads only memory. */
final class GroupView {
    private final RaftServer.Division division;
    private final MemberId self;
    private final UUID groupId;

    GroupView(RaftServer.Division division, MemberId self, UUID groupId) {
        this.division = division;
        this.self = self;
        this.groupId = groupId;
    }

    /** Another member that leads, as far as this node knows. */
    Optional<PeerAddress> otherLeader() {
        RaftPeerId leader = division.getInfo().getLeaderId();
        if (leader == null || leader.toString().equals(self.toString())) {
            return Optional.empty();
        }
        return Optional.ofNullable(division.getRaftConf().getPeer(leader)).map(GroupView::address);
    }

    boolean isLeader() {
        return division.getInfo().isLeader();
    }

    /** Voters and learners, this node among them if it is one, in the present configuration. */
    List<RaftPeer> peers(RaftPeerRole role) {
        return List.copyOf(division.getRaftConf().getCurrentPeers(role));
    }

    /** Whether this node knows the members of its group; one that was not added yet knows nobody but itself. */
    boolean isKnown() {
        return !division.getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER).isEmpty();
    }

    /** All members, with where clients reach them as far as that is known. */
    Membership membership(ClientAddresses clients) {
        RaftConfiguration conf = division.getRaftConf();
        Optional<String> leader =
                Optional.ofNullable(division.getInfo().getLeaderId()).map(RaftPeerId::toString);
        Map<String, Heard> heard = heard();
        var members = new ArrayList<Member>();
        for (Member.Role role : Member.Role.values()) {
            for (RaftPeer peer : conf.getCurrentPeers(raftRole(role))) {
                String name = peer.getId().toString();
                MemberId id = MemberId.parse(name);
                Heard last = heard.getOrDefault(name, Heard.NOTHING);
                members.add(new Member(
                        id,
                        address(peer),
                        role,
                        leader.filter(name::equals).isPresent(),
                        last.matched,
                        last.silentMillis,
                        clients.of(id, address(peer))));
            }
        }
        members.sort(Comparator.comparing(member -> member.id().toString()));
        return new Membership(groupId, division.getInfo().getCurrentTerm(), logEnd(), isSettled(conf), members);
    }

    /** Whether a member that this node leads has not come to the index yet; false if it does not lead. */
    boolean isSomebodyBefore(long index) {
        long[] matched = division.getInfo().getFollowerMatchIndices();
        return matched != null && Arrays.stream(matched).anyMatch(end -> end < index);
    }

    long logEnd() {
        TermIndex last = division.getRaftLog().getLastEntryTermIndex();
        return last == null ? -1 : last.getIndex();
    }

    static RaftPeerRole raftRole(Member.Role role) {
        return switch (role) {
            case VOTER -> RaftPeerRole.FOLLOWER;
            case LEARNER -> RaftPeerRole.LISTENER;
        };
    }

    /** Its id says which node it is. */
    static PeerAddress address(RaftPeer peer) {
        String authority = peer.getAddress();
        int colon = authority.lastIndexOf(':');
        return new PeerAddress(
                MemberId.parse(peer.getId().toString()).nodeId(),
                authority.substring(0, colon),
                Integer.parseInt(authority.substring(colon + 1)));
    }

    private static boolean isSettled(RaftConfiguration conf) {
        Collection<RaftPeer> before = conf.getPreviousPeers(RaftPeerRole.FOLLOWER);
        return before.isEmpty() && conf.getPreviousPeers(RaftPeerRole.LISTENER).isEmpty();
    }

    /** What a leader has heard of a member. */
    private record Heard(OptionalLong matched, OptionalLong silentMillis) {
        static final Heard NOTHING = new Heard(OptionalLong.empty(), OptionalLong.empty());
    }

    /** Ratis lists both in the order of its senders; in the moment in which they change, the lengths differ. */
    private Map<String, Heard> heard() {
        var heard = new HashMap<String, Heard>();
        long[] matched = division.getInfo().getFollowerMatchIndices();
        if (matched == null) {
            return heard;
        }
        List<ServerRpcProto> followers =
                division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
        for (int i = 0; i < followers.size(); i++) {
            ServerRpcProto follower = followers.get(i);
            heard.put(
                    follower.getId().getId().toStringUtf8(),
                    new Heard(
                            matched.length == followers.size() ? OptionalLong.of(matched[i]) : OptionalLong.empty(),
                            OptionalLong.of(follower.getLastRpcElapsedTimeMs())));
        }
        heard.put(self.toString(), new Heard(OptionalLong.of(logEnd()), OptionalLong.of(0)));
        return heard;
    }
}
