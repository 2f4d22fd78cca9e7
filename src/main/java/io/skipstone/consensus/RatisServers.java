package io.skipstone.consensus;

import io.skipstone.consensus.peer.PeerHandler;
import io.skipstone.consensus.peer.PeerService;
import java.io.IOException;
import java.util.List;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachine;

/** Builds Ratis' server with our service on its port. */
final class RatisServers {
    private RatisServers() {}

    static RaftServer build(RaftConfig config, StateMachine machine, PeerHandler peers) throws IOException {
        var parameters = new Parameters();
        GrpcConfigKeys.Server.setServicesCustomizer(
                parameters, (builder, types) -> builder.addService(PeerService.of(peers)));
        return RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(config.member().toString()))
                .setGroup(group(config))
                .setProperties(RatisSettings.of(config))
                .setParameters(parameters)
                .setStateMachine(machine)
                // Recovers what is there, and formats only where nothing is.
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
    }

    /** As the group began; what Ratis has on disk since then comes before it. Empty for a node that waits to be added. */
    private static RaftGroup group(RaftConfig config) {
        List<RaftPeer> founders = config.founders().stream()
                .map(founder -> RaftPeer.newBuilder()
                        .setId(founder.id().toString())
                        .setAddress(founder.address().authority())
                        .build())
                .toList();
        return RaftGroup.valueOf(RaftGroupId.valueOf(config.groupId()), founders);
    }
}
