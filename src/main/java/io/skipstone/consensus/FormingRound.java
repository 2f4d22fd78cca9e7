package io.skipstone.consensus;

import io.skipstone.consensus.peer.wire.PeerProto.Greeting;
import io.skipstone.consensus.peer.wire.PeerProto.Introduction;
import io.skipstone.consensus.peer.wire.PeerProto.MemberEntry;
import io.skipstone.model.Founder;
import io.skipstone.model.GroupOrigin;
import io.skipstone.model.MemberId;
import io.skipstone.model.PeerAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What one round of greetings says about the group of a new node. Pure: the same answers give every node the same group.
 *
 * <p>A new group is formed only out of a round in which all have answered and none is in a group: a node whose disk was lost would else
 * help to a second majority without what the first one agreed on (docs/decisions/0011).
 */
final class FormingRound {
    private final MemberId self;
    private final List<PeerAddress> peers;

    /**
     * @param peers all founders, this node among them
     */
    FormingRound(MemberId self, List<PeerAddress> peers) {
        this.self = self;
        this.peers = peers;
    }

    /**
     * The group, if the answers tell.
     *
     * @param answers of those that answered, this node among them, as they were reached at the addresses
     * @param heard the last greeting of each node that greeted this one; a node that refuses is gone before it could answer, so both of
     *     two that contradict each other find out
     * @throws FormingRefusal the settings of the nodes contradict each other
     */
    Optional<GroupOrigin> decide(Map<PeerAddress, Introduction> answers, Collection<Greeting> heard) {
        answers.forEach(this::check);
        List<Introduction> formed = answers.values().stream()
                .filter(answer -> !answer.getGroupId().isEmpty())
                .toList();
        if (!formed.isEmpty()) {
            return Optional.of(takePart(formed));
        }
        answers.forEach((address, answer) -> checkPeers(address, answer.getPeersList()));
        heard.forEach(this::checkHeard);
        return answers.size() == peers.size() ? Optional.of(found(answers)) : Optional.empty();
    }

    /** Which node of the group that was there before has this node's name and another directory, if there is one. */
    Optional<MemberId> predecessor(Map<PeerAddress, Introduction> answers) {
        return answers.values().stream()
                .flatMap(answer -> answer.getMembersList().stream())
                .map(FormingRound::id)
                .filter(id -> id.nodeId().equals(self.nodeId()) && !id.equals(self))
                .findFirst();
    }

    private void check(PeerAddress address, Introduction answer) {
        Greetings.misfit(answer).ifPresent(why -> {
            throw new FormingRefusal("the node at " + address + " " + why);
        });
        if (!answer.getNodeId().equals(address.nodeId())) {
            throw new FormingRefusal("the node at " + address.authority() + " is " + answer.getNodeId() + ", not "
                    + address.nodeId() + "; correct skipstone.peers or skipstone.node-id");
        }
        if (address.nodeId().equals(self.nodeId()) && !answer.getIncarnation().equals(self.incarnation())) {
            throw new FormingRefusal("another node " + self.nodeId() + " answers at " + address.authority()
                    + ": two nodes have this id; correct skipstone.node-id or skipstone.peers");
        }
    }

    /**
     * A greeting shows no address, and of a node that is none of the peers it says nothing about this group. One that names no peers is of a
     * node in a group, which may be this one: the first to have all answers goes on while the others still ask.
     */
    private void checkHeard(Greeting greeting) {
        if (greeting.getPeersList().isEmpty()) {
            return;
        }
        peers.stream()
                .filter(peer -> peer.nodeId().equals(greeting.getNodeId()))
                .filter(peer -> !peer.nodeId().equals(self.nodeId()))
                .forEach(peer -> checkPeers(peer, greeting.getPeersList()));
    }

    private void checkPeers(PeerAddress address, List<String> theirs) {
        Set<String> ours = peers.stream().map(PeerAddress::toString).collect(Collectors.toSet());
        if (!ours.equals(Set.copyOf(theirs))) {
            throw new FormingRefusal("node " + address + " was started with other peers ("
                    + String.join(",", theirs) + ") than this one ("
                    + peers.stream().map(PeerAddress::toString).collect(Collectors.joining(","))
                    + "); give all of them the same skipstone.peers");
        }
    }

    private GroupOrigin takePart(List<Introduction> formed) {
        Introduction first = formed.getFirst();
        if (formed.stream().anyMatch(other -> !other.getGroupId().equals(first.getGroupId()))) {
            throw new FormingRefusal("the peers belong to different groups ("
                    + formed.stream()
                            .map(answer -> answer.getNodeId() + " to " + MembershipWire.uuid(answer.getGroupId()))
                            .collect(Collectors.joining(", "))
                    + "); correct skipstone.peers");
        }
        UUID group = MembershipWire.uuid(first.getGroupId());
        List<Founder> voters = formed.stream()
                .map(FormingRound::voters)
                .filter(members ->
                        members.stream().anyMatch(member -> member.id().equals(self)))
                .findFirst()
                .orElse(List.of());
        return voters.isEmpty() ? new GroupOrigin.Joined(group) : new GroupOrigin.Founded(group, voters);
    }

    private static GroupOrigin found(Map<PeerAddress, Introduction> answers) {
        var founders = new ArrayList<Founder>();
        answers.forEach((address, answer) ->
                founders.add(new Founder(new MemberId(answer.getNodeId(), answer.getIncarnation()), address)));
        return GroupOrigin.Founded.by(founders);
    }

    private static List<Founder> voters(Introduction answer) {
        return answer.getMembersList().stream()
                .filter(member -> !member.getLearner())
                .map(member ->
                        new Founder(id(member), PeerAddress.parse(member.getNodeId() + "=" + member.getAddress())))
                .toList();
    }

    private static MemberId id(MemberEntry member) {
        return new MemberId(member.getNodeId(), member.getIncarnation());
    }
}
