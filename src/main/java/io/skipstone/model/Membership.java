package io.skipstone.model;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Who is in a group.
 *
 * @param term Raft term in which this was seen
 * @param logEnd index of the last entry in the log of the node that says so
 * @param isSettled false while a change of members is half done
 * @param members in the order of their ids
 */
public record Membership(UUID groupId, long term, long logEnd, boolean isSettled, List<Member> members) {
    public Membership {
        members = List.copyOf(members);
    }

    public Optional<Member> named(String nodeId) {
        return members.stream()
                .filter(member -> member.id().nodeId().equals(nodeId))
                .findFirst();
    }

    public Optional<Member> leader() {
        return members.stream().filter(Member::isLeader).findFirst();
    }
}
