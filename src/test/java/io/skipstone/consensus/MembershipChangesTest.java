package io.skipstone.consensus;

import static io.skipstone.consensus.TestGroup.result;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.consensus.peer.PeerChannels;
import io.skipstone.model.MemberId;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change that is not done in time, on the leader that carries it out. */
class MembershipChangesTest {
    /** Much less than Ratis waits for a joiner that does not answer. */
    private static final long CHANGE_MILLIS = 300;

    @TempDir
    private Path temp;

    private final CompletableFuture<RaftServer> server = new CompletableFuture<>();

    @Test
    void aJoinerThatDoesNotCatchUpIsNamedAndHoldsItsCallersUpNoLonger() throws Exception {
        try (var group = TestGroup.of(temp, 1, setup -> setup.wrap(this::seen)).awaitReady();
                var channels = new PeerChannels()) {
            MemberId self = founder(group);
            var peers = new PeerCalls(channels, group.groupId(), self);
            try (var gateway = new RatisGateway(ClientId.randomId(), server.join(), raftGroup(group));
                    var _ = GreetedNode.of(group.newcomer("n4"), group.groupId());
                    var _ = GreetedNode.of(group.newcomer("n5"), group.groupId())) {
                MembershipChanges changes = changes(group, self, peers, gateway);

                assertThatThrownBy(() -> result(changes.add(group.addressOf("n4"))))
                        .rootCause()
                        .isInstanceOf(OutcomeUnknown.class)
                        .hasMessageContaining("node " + group.addressOf("n4") + " has not caught up yet")
                        .hasMessageContaining("stop that node");
                assertThatThrownBy(() -> result(changes.add(group.addressOf("n5"))))
                        .rootCause()
                        .isInstanceOf(NotReady.class)
                        .hasMessageContaining("node " + group.addressOf("n4") + " is brought up to date");
            }
        }
    }

    private StateMachine seen(StateMachine machine) {
        var _ = ((BaseStateMachine) machine).getServer().thenAccept(server::complete);
        return machine;
    }

    private MembershipChanges changes(TestGroup group, MemberId self, PeerCalls peers, RatisGateway gateway)
            throws IOException {
        PeerAddress address = group.addressOf(self.nodeId());
        var view = new GroupView(server.join().getDivision(raftGroup(group)), self, group.groupId());
        var clients = new ClientAddresses(peers, self, "127.0.0.1:1");
        Leadership leadership = Leaderships.alone(() -> {}, () -> {});
        return new MembershipChanges(
                self,
                address,
                () -> view.membership(clients),
                view::isLeader,
                peers,
                gateway,
                new Handover(leadership, () -> 0),
                CHANGE_MILLIS);
    }

    private static RaftGroupId raftGroup(TestGroup group) {
        return RaftGroupId.valueOf(group.groupId());
    }

    private static MemberId founder(TestGroup group) {
        return result(group.awaitLeader().raft().cluster().members())
                .leader()
                .orElseThrow()
                .id();
    }
}
