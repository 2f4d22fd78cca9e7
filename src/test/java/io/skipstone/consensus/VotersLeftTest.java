package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Member;
import io.skipstone.model.MemberId;
import io.skipstone.model.Membership;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.SkipstoneException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who counts for the majority that must be left when a member is removed. */
class VotersLeftTest {
    private static final long LOG_END = 9_000;
    private static final Member LEADER = voter("n1", LOG_END, 0);
    private static final Member LEAVING = voter("n3", LOG_END, 80);

    @Test
    void aVoterThatLacksAMomentsWritesCounts() {
        assertThatCode(() -> without(voter("n2", LOG_END - 1_000, 80)).requireMajority())
                .doesNotThrowAnyException();
    }

    @Test
    void aVoterThatTakesInAStoreDoesNotCountYet() {
        assertRefused(without(voter("n2", -1, 80)), "voter_behind", "n2 has the 9001 log entries that it lacks");
    }

    @Test
    void aVoterThatWasNotHeardOfDoesNotCount() {
        assertRefused(without(voter("n2", LOG_END, 3_001)), "would_lose_quorum", "only 1 of 2 voters answer");
    }

    @Test
    void theOthersMayBeBehindWhileAMajorityIsNot() {
        assertThatCode(() ->
                        without(voter("n2", -1, 80), voter("n4", LOG_END, 80)).requireMajority())
                .doesNotThrowAnyException();
    }

    @Test
    void aLearnerIsNotCounted() {
        Member learner = member("n4", Member.Role.LEARNER, LOG_END, 80);

        assertRefused(without(voter("n2", LOG_END, 3_001), learner), "would_lose_quorum", "only 1 of 2 voters answer");
    }

    private static void assertRefused(VotersLeft left, String code, String says) {
        assertThatThrownBy(left::requireMajority)
                .hasMessageContaining(says)
                .extracting(it -> ((SkipstoneException) it).code())
                .isEqualTo(code);
    }

    /** Of a group of the leader, the one that leaves, and these. */
    private static VotersLeft without(Member... others) {
        var members = new ArrayList<>(List.of(LEADER, LEAVING));
        members.addAll(List.of(others));
        return VotersLeft.without(LEAVING, new Membership(new UUID(1, 2), 7, LOG_END, true, members));
    }

    private static Member voter(String nodeId, long matched, long silentMillis) {
        return member(nodeId, Member.Role.VOTER, matched, silentMillis);
    }

    private static Member member(String nodeId, Member.Role role, long matched, long silentMillis) {
        return new Member(
                new MemberId(nodeId, "0000000000000001"),
                PeerAddress.parse(nodeId + "=127.0.0.1:2380"),
                role,
                nodeId.equals("n1"),
                OptionalLong.of(matched),
                OptionalLong.of(silentMillis),
                Optional.empty());
    }
}
