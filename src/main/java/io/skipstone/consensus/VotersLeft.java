package io.skipstone.consensus;

import io.skipstone.model.Member;
import io.skipstone.model.Membership;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.NotReady;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The voters that the removal of a member leaves. One that takes in a store or is far behind answers, and acknowledges nothing: a group in
 * which the majority needs it stands still until it has caught up.
 *
 * @param logEnd of the leader, which has seen the voters as they are here
 */
record VotersLeft(List<Member> voters, long logEnd, String leaving) {
    VotersLeft {
        voters = List.copyOf(voters);
    }

    static VotersLeft without(Member leaving, Membership now) {
        List<Member> voters = now.members().stream()
                .filter(member -> member.role() == Member.Role.VOTER && !member.equals(leaving))
                .toList();
        return new VotersLeft(voters, now.logEnd(), leaving.id().nodeId());
    }

    /**
     * @throws BadRequest no majority of them answers
     * @throws NotReady no majority of them has caught up
     */
    void requireMajority() {
        requireMajority(voters.stream()
                .filter(member -> !MembershipChanges.isSilent(member))
                .count());
        List<Member> behind = voters.stream().filter(this::isBehind).toList();
        if (!isMajority(voters.size() - behind.size())) {
            throw new NotReady(
                    "voter_behind",
                    "without " + leaving + " the group would stand still until "
                            + behind.stream().map(this::lack).collect(Collectors.joining(" and "))
                            + "; wait until they have caught up, then repeat");
        }
    }

    /**
     * @throws BadRequest those that answer are no majority
     */
    void requireMajority(long answering) {
        if (!isMajority(answering)) {
            throw new BadRequest(
                    "would_lose_quorum",
                    "without " + leaving + " only " + answering + " of " + voters.size()
                            + " voters answer, and the group would stand still; bring one back or add one first");
        }
    }

    private boolean isMajority(long number) {
        return 2 * number > voters.size();
    }

    private boolean isBehind(Member member) {
        return lackedEntries(member) > MembershipChanges.CAUGHT_UP_ENTRIES || MembershipChanges.isSilent(member);
    }

    private String lack(Member member) {
        return member.id().nodeId() + " has the " + lackedEntries(member) + " log entries that it lacks";
    }

    private long lackedEntries(Member member) {
        return logEnd - member.matched().orElse(-1);
    }
}
