package io.skipstone.api;

import io.skipstone.consensus.Cluster;
import io.skipstone.model.Member;
import io.skipstone.model.MemberId;
import io.skipstone.model.Membership;
import io.skipstone.model.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers every question about the group with the same, and remembers what was asked. */
public final class ScriptedCluster implements Cluster {
    private final List<String> asked = new ArrayList<>();
    private CompletionStage<Membership> answer;

    public ScriptedCluster(Membership group) {
        answer = CompletableFuture.completedStage(group);
    }

    /** Two voters, the second of which leads, and a learner of which little is known. */
    public static Membership threeMembers() {
        return new Membership(
                new UUID(1, 2),
                7,
                900,
                false,
                List.of(
                        member(
                                "n1",
                                Member.Role.VOTER,
                                false,
                                OptionalLong.of(890),
                                OptionalLong.of(40),
                                Optional.empty()),
                        member(
                                "n2",
                                Member.Role.VOTER,
                                true,
                                OptionalLong.of(900),
                                OptionalLong.of(0),
                                Optional.of("host2:2379")),
                        member(
                                "n4",
                                Member.Role.LEARNER,
                                false,
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                Optional.empty())));
    }

    private static Member member(
            String nodeId,
            Member.Role role,
            boolean isLeader,
            OptionalLong matched,
            OptionalLong silentMillis,
            Optional<String> client) {
        return new Member(
                new MemberId(nodeId, "0123456789abcdef"),
                new PeerAddress(nodeId, "host" + nodeId.substring(1), 2380),
                role,
                isLeader,
                matched,
                silentMillis,
                client);
    }

    /** What was asked, in words. */
    public List<String> asked() {
        return asked;
    }

    /** From now on. */
    public void answerWith(CompletionStage<Membership> other) {
        answer = other;
    }

    @Override
    public CompletionStage<Membership> members() {
        return answer("members");
    }

    @Override
    public CompletionStage<Membership> add(PeerAddress joiner) {
        return answer("add " + joiner);
    }

    @Override
    public CompletionStage<Membership> promote(String nodeId) {
        return answer("promote " + nodeId);
    }

    @Override
    public CompletionStage<Membership> remove(String nodeId) {
        return answer("remove " + nodeId);
    }

    @Override
    public CompletionStage<Membership> transferLeadership(Optional<String> to) {
        return answer("transfer to " + to.orElse("anyone"));
    }

    private CompletionStage<Membership> answer(String question) {
        asked.add(question);
        return answer;
    }
}
