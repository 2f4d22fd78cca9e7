package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Bytes;
import io.skipstone.model.InvariantViolation;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

/** Which configuration entries are a change of the group. */
class MembersTest {
    private static final RaftPeerProto N1 = peer("n1", 0);
    private static final RaftPeerProto N2 = peer("n2", 0);

    private static RaftPeerProto peer(String id, int priority) {
        return RaftPeerProto.newBuilder()
                .setId(ByteString.copyFromUtf8(id))
                .setAddress("127.0.0.1:1")
                .setPriority(priority)
                .build();
    }

    private static Members settled(RaftPeerProto... peers) {
        return Members.of(Bytes.wrap(RaftConfigurationProto.newBuilder()
                .addAllPeers(List.of(peers))
                .build()
                .toByteArray()));
    }

    private static Members joint(RaftPeerProto from, RaftPeerProto to) {
        return Members.of(Bytes.wrap(RaftConfigurationProto.newBuilder()
                .addPeers(to)
                .addOldPeers(from)
                .build()
                .toByteArray()));
    }

    @Test
    void theConfigurationOfANewTermIsNoChange() {
        assertThat(settled(N1, N2).completesAChangeOf(settled(N2, N1))).isFalse();
    }

    @Test
    void theFirstConfigurationOfAGroupIsNoChange() {
        assertThat(settled(N1).completesAChangeOf(Members.of(Bytes.EMPTY))).isFalse();
    }

    @Test
    void aJointConfigurationIsHalfAChange() {
        assertThat(joint(N1, N2).completesAChangeOf(settled(N1))).isFalse();
    }

    @Test
    void theConfigurationAfterAJointOneIsTheChange() {
        assertThat(settled(N2).completesAChangeOf(joint(N1, N2))).isTrue();
    }

    @Test
    void aMemberMoreAMemberLessAndAnotherPriorityAreChanges() {
        assertThat(settled(N1, N2).completesAChangeOf(settled(N1))).isTrue();
        assertThat(settled(N1).completesAChangeOf(settled(N1, N2))).isTrue();
        assertThat(settled(peer("n1", 1)).completesAChangeOf(settled(N1))).isTrue();
    }

    @Test
    void aVoterThatBecomesAListenerIsAChange() {
        var listening = Members.of(Bytes.wrap(RaftConfigurationProto.newBuilder()
                .addPeers(N1)
                .addListeners(N2)
                .build()
                .toByteArray()));

        assertThat(listening.completesAChangeOf(settled(N1, N2))).isTrue();
    }

    @Test
    void bytesOfSomethingElseAreAnInvariantViolation() {
        assertThatThrownBy(() -> Members.of(Bytes.wrap(new byte[] {(byte) 0xFF, 1})))
                .isInstanceOf(InvariantViolation.class)
                .hasMessageContaining("configuration");
    }
}
