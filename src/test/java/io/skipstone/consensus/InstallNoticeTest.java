package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto.NotificationProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.Test;

class InstallNoticeTest {
    @Test
    void isHeardAsIfTheLogBeganOneEntryLater() {
        var heard = InstallNotice.heard(notice(3, 535));

        assertThat(first(heard)).isEqualTo(TermIndex.valueOf(3, 536));
        assertThat(heard.getLeaderTerm()).isEqualTo(7);
        assertThat(InstallNotice.firstEntry(first(heard))).isEqualTo(535);
    }

    @Test
    void isHeardAsItIsWhenTheLogIsWhole() {
        var heard = InstallNotice.heard(notice(1, 0));

        assertThat(first(heard)).isEqualTo(TermIndex.valueOf(1, 0));
        assertThat(InstallNotice.firstEntry(first(heard))).isZero();
    }

    @Test
    void leavesOtherMessagesAlone() {
        var other = AppendEntriesRequestProto.newBuilder().setLeaderTerm(7).build();

        assertThat(InstallNotice.heard(other)).isSameAs(other);
    }

    private static InstallSnapshotRequestProto notice(long term, long index) {
        return InstallSnapshotRequestProto.newBuilder()
                .setLeaderTerm(7)
                .setNotification(NotificationProto.newBuilder()
                        .setFirstAvailableTermIndex(
                                TermIndex.valueOf(term, index).toProto()))
                .build();
    }

    private static TermIndex first(InstallSnapshotRequestProto heard) {
        return TermIndex.valueOf(heard.getNotification().getFirstAvailableTermIndex());
    }
}
