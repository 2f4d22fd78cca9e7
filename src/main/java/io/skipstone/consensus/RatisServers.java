package io.skipstone.consensus;

import io.skipstone.consensus.peer.PeerHandler;
import io.skipstone.consensus.peer.PeerService;
import io.skipstone.model.GroupOrigin;
import io.skipstone.model.MemberId;
import io.skipstone.model.PeerAddress;
import java.io.IOException;
import java.util.List;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.util.AtomicFileOutputStream;

/** Builds Ratis' server with our service on its port. */
final class RatisServers {
    private RatisServers() {}

    static RaftServer build(RaftConfig config, StateMachine machine, PeerHandler peers) throws IOException {
        // A packaging that brings Ratis' own class back loses votes on a full disk: it does not start.
        AtomicFileOutputStream.requireThisClass();
        var parameters = new Parameters();
        GrpcConfigKeys.Server.setServicesCustomizer(
                parameters,
                (server, types) -> PeerService.on(
                        // The last one is called first.
                        server.intercept(new OneStepBack())
                                .intercept(new AppendsInTurn())
                                .intercept(new RecipientGuard(config.member())),
                        peers));
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

    /** As the group began; what Ratis has on disk since then comes before it. */
    private static RaftGroup group(RaftConfig config) {
        return RaftGroup.valueOf(RaftGroupId.valueOf(config.groupId()), founders(config));
    }

    private static List<RaftPeer> founders(RaftConfig config) {
        return switch (config.origin()) {
            case GroupOrigin.Alone _ -> List.of(peer(config.member(), config.address(), RaftPeerRole.FOLLOWER));
            case GroupOrigin.Founded(var _, var founders) ->
                founders.stream()
                        .map(founder -> peer(founder.id(), founder.address(), RaftPeerRole.FOLLOWER))
                        .toList();
            // A node that is in no configuration would be given the role of a follower, and ask for votes when it hears
            // nothing.
            case GroupOrigin.Joined _ -> List.of(peer(config.member(), config.address(), RaftPeerRole.LISTENER));
        };
    }

    private static RaftPeer peer(MemberId id, PeerAddress address, RaftPeerRole role) {
        return RaftPeer.newBuilder()
                .setId(id.toString())
                .setAddress(address.authority())
                .setStartupRole(role)
                .build();
    }
}
