package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Bytes;
import io.skipstone.snapshot.Voters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a stopped node may take itself for alone. */
class VotersOnDiskTest {
    private static final String SELF = "n1";
    private static final Bytes UNKNOWN = Bytes.EMPTY;

    private Path ratisFile;

    @BeforeEach
    void noFileYet(@TempDir Path dir) {
        ratisFile = dir.resolve("raft-meta.conf");
    }

    private static RaftPeerProto peer(String id) {
        return RaftPeerProto.newBuilder().setId(ByteString.copyFromUtf8(id)).build();
    }

    private static RaftConfigurationProto votersAre(String... ids) {
        var configuration = RaftConfigurationProto.newBuilder();
        for (String id : ids) {
            configuration.addPeers(peer(id));
        }
        return configuration.build();
    }

    private static Bytes inStore(RaftConfigurationProto configuration) {
        return Bytes.wrap(configuration.toByteArray());
    }

    private void inRatisFile(RaftConfigurationProto configuration) throws IOException {
        Files.write(
                ratisFile,
                LogEntryProto.newBuilder()
                        .setTerm(1)
                        .setIndex(4)
                        .setConfigurationEntry(configuration)
                        .build()
                        .toByteArray());
    }

    private Voters voters(Bytes ofStore, Voters formed) throws IOException {
        return VotersOnDisk.of(SELF, ofStore, ratisFile, formed);
    }

    @Test
    void aNodeThatKnowsNoConfigurationIsWhatItWasFormedAs() throws IOException {
        assertThat(voters(UNKNOWN, Voters.ONE)).isEqualTo(Voters.ONE);
        assertThat(voters(UNKNOWN, Voters.SEVERAL)).isEqualTo(Voters.SEVERAL);
    }

    @Test
    void aNodeIsAloneWhenStoreAndRatisSayThatItHasTheOnlyVote() throws IOException {
        inRatisFile(votersAre(SELF));

        assertThat(voters(inStore(votersAre(SELF)), Voters.SEVERAL)).isEqualTo(Voters.ONE);
        assertThat(voters(UNKNOWN, Voters.SEVERAL)).isEqualTo(Voters.ONE);
    }

    @Test
    void aMemberThatOnlyRatisKnowsOfCounts() throws IOException {
        inRatisFile(votersAre(SELF, "n2"));

        assertThat(voters(inStore(votersAre(SELF)), Voters.ONE)).isEqualTo(Voters.SEVERAL);
    }

    @Test
    void aMemberThatOnlyTheStoreKnowsOfCounts() throws IOException {
        inRatisFile(votersAre(SELF));

        assertThat(voters(inStore(votersAre(SELF, "n2")), Voters.ONE)).isEqualTo(Voters.SEVERAL);
    }

    @Test
    void aLearnerIsNotAloneBesideTheOnlyVoter() throws IOException {
        RaftConfigurationProto learner =
                votersAre("n2").toBuilder().addListeners(peer(SELF)).build();

        assertThat(voters(inStore(learner), Voters.ONE)).isEqualTo(Voters.SEVERAL);
    }

    @Test
    void aChangeThatIsHalfDoneCountsBothSides() throws IOException {
        RaftConfigurationProto joint =
                votersAre(SELF).toBuilder().addOldPeers(peer("n2")).build();

        assertThat(voters(inStore(joint), Voters.ONE)).isEqualTo(Voters.SEVERAL);
    }

    @Test
    void whatCannotBeReadSaysThatTheNodeIsNotAlone() throws IOException {
        Files.write(ratisFile, new byte[] {7, 7, 7});
        assertThat(voters(inStore(votersAre(SELF)), Voters.ONE)).isEqualTo(Voters.SEVERAL);

        Files.write(ratisFile, new byte[0]);
        assertThat(voters(inStore(votersAre(SELF)), Voters.ONE)).isEqualTo(Voters.SEVERAL);
    }
}
