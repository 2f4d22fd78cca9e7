package io.skipstone.api.etcd;

import io.skipstone.model.Member;
import io.skipstone.model.Membership;
import java.util.List;
import java.util.Optional;

/** Members as etcd's API shows them: by numbers, and with URLs. */
final class MemberAnswers {
    private static final String SCHEME = "http://";

    private MemberAnswers() {}

    static List<io.skipstone.api.etcd.v3.Member> members(Membership group) {
        return group.members().stream().map(MemberAnswers::member).toList();
    }

    static io.skipstone.api.etcd.v3.Member member(Member member) {
        var answer = io.skipstone.api.etcd.v3.Member.newBuilder()
                .setID(number(member))
                .setName(member.id().nodeId())
                .addPeerURLs(peerUrl(member))
                .setIsLearner(member.role() == Member.Role.LEARNER);
        member.client().ifPresent(client -> answer.addClientURLs(SCHEME + client));
        return answer.build();
    }

    static String peerUrl(Member member) {
        return SCHEME + member.address().authority();
    }

    /** The member of this number. */
    static Optional<Member> named(Membership group, long number) {
        return group.members().stream()
                .filter(member -> number(member) == number)
                .findFirst();
    }

    private static long number(Member member) {
        return EtcdIds.member(member.id().nodeId());
    }
}
