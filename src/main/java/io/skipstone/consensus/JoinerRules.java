package io.skipstone.consensus;

import io.skipstone.consensus.peer.wire.PeerProto.Introduction;
import io.skipstone.model.Member;
import io.skipstone.model.MemberId;
import io.skipstone.model.Membership;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.NotReady;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.OptionalLong;

/** Whether a node can be taken into the group, before Raft is asked. Each refusal says what to do. */
final class JoinerRules {
    /** The joiner does not answer, or does not catch up. */
    static final String JOINER_SILENT = "joiner_silent";

    private JoinerRules() {}

    /**
     * All that can be said without asking the joiner.
     *
     * @param ownAddress of the leader
     */
    static void require(Membership now, PeerAddress joiner, PeerAddress ownAddress) {
        requireNew(now, joiner);
        requireReachable(joiner, ownAddress);
        requireLearnersThatAnswer(now);
    }

    /** Ratis takes nobody in before all learners that came in this leader's term have what it has. */
    private static void requireLearnersThatAnswer(Membership now) {
        now.members().stream()
                .filter(member -> member.role() == Member.Role.LEARNER && MembershipChanges.isSilent(member))
                .findFirst()
                .ifPresent(silent -> {
                    String nodeId = silent.id().nodeId();
                    throw new NotReady(
                            "learner_silent",
                            "nobody can be added while the learner " + nodeId + " does not answer; bring " + nodeId
                                    + " back, or remove it first, then repeat");
                });
    }

    private static void requireNew(Membership now, PeerAddress joiner) {
        now.named(joiner.nodeId()).ifPresent(known -> {
            throw idTaken(known);
        });
        Optional<Member> sameAddress = now.members().stream()
                .filter(member -> member.address().authority().equals(joiner.authority()))
                .findFirst();
        sameAddress.ifPresent(known -> {
            throw new BadRequest(
                    "member_exists",
                    "node " + known.id().nodeId() + " has the address " + joiner.authority() + " already");
        });
    }

    static BadRequest idTaken(Member known) {
        return new BadRequest(
                "member_exists",
                "the group has a member " + known.id() + " already; remove it first, or give the new node another id");
    }

    /** A member elsewhere could not reach this one, or a member here not be reached from elsewhere. */
    private static void requireReachable(PeerAddress joiner, PeerAddress ownAddress) {
        if (isLoopback(ownAddress.host()) != isLoopback(joiner.host())) {
            throw new BadRequest(
                    "address_is_loopback",
                    "members reach each other at " + ownAddress + " and " + joiner
                            + ": one of them is a loopback address; name this node in skipstone.peers with an address"
                            + " that others reach");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    /** It does not answer a greeting. */
    static NotReady silent(PeerAddress joiner) {
        return new NotReady(
                JOINER_SILENT,
                "node " + joiner + " does not answer; start it with a skipstone.peers that names it"
                        + " and a member of this group, then repeat");
    }

    /**
     * The member that a node will be, a learner first.
     *
     * @param answer to this leader's greeting
     */
    static Member learner(Membership now, PeerAddress joiner, Introduction answer) {
        Greetings.misfit(answer).ifPresent(why -> {
            throw new BadRequest("wrong_version", "the node at " + joiner + " " + why);
        });
        if (!answer.getNodeId().equals(joiner.nodeId())) {
            throw new BadRequest(
                    "member_unknown",
                    "the node at " + joiner.authority() + " is " + answer.getNodeId() + ", not " + joiner.nodeId());
        }
        if (answer.getGroupId().isEmpty()) {
            // It greets its peers for as long as it takes to hear of the group.
            throw new NotReady(
                    JOINER_SILENT,
                    "node " + joiner + " has not heard of this group yet; if it stays so, its skipstone.peers names no"
                            + " member of it; repeat in a moment");
        }
        if (!MembershipWire.uuid(answer.getGroupId()).equals(now.groupId())) {
            throw new BadRequest(
                    "wrong_group",
                    "node " + joiner + " belongs to another group; start it with an empty data directory and a"
                            + " skipstone.peers that names it and a member of this group");
        }
        return new Member(
                new MemberId(answer.getNodeId(), answer.getIncarnation()),
                joiner,
                Member.Role.LEARNER,
                false,
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty());
    }
}
