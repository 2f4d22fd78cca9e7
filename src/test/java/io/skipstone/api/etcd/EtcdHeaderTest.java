package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.api.Statuses;
import io.skipstone.api.etcd.v3.ResponseHeader;
import io.skipstone.model.NodeStatus.Role;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EtcdHeaderTest {
    private final EtcdHeader header = new EtcdHeader(() -> Statuses.of(Role.LEADER, Optional.of("n1")));

    @Test
    void saysWhoAnswersAndAtWhichRevision() {
        ResponseHeader now = header.now();

        assertThat(now.getClusterId()).isEqualTo(EtcdIds.cluster(new UUID(1, 2)));
        assertThat(now.getMemberId()).isEqualTo(EtcdIds.member("n1")).isEqualTo(header.memberId());
        assertThat(now.getRaftTerm()).isEqualTo(7);
        assertThat(now.getRevision()).isEqualTo(2);
        assertThat(header.at(9).getRevision()).isEqualTo(10);
    }

    /** Clients keep them, so they never change; the value is that of {@code printf n1 | sha256sum}. */
    @Test
    void aMembersNumberIsMadeOfItsName() {
        assertThat(Long.toHexString(EtcdIds.member("n1"))).isEqualTo("676b8bb84ce7267d");
        assertThat(EtcdIds.member("n2")).isNotEqualTo(EtcdIds.member("n1"));
    }

    @Test
    void anEmptyStoreStandsAtOne() {
        assertThat(Revisions.etcd(0)).isEqualTo(1);
        assertThat(Revisions.ours(1)).isZero();
        assertThat(Revisions.ours(Long.MIN_VALUE)).isNegative();
    }
}
