package io.skipstone.consensus;

import io.skipstone.consensus.Leases.Alive;
import io.skipstone.consensus.peer.wire.PeerProto.LeaseLife;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Timestamp;

/** Leases as they travel from the leader to the node that was asked. */
final class LeaseWire {
    private LeaseWire() {}

    static LeaseLife toWire(Alive life) {
        GrantedLease lease = life.lease();
        return LeaseLife.newBuilder()
                .setId(lease.id())
                .setTtlSeconds(lease.ttlSeconds())
                .setGranted(lease.granted().bits())
                .setMaxKeys(lease.maxKeys())
                .setKeys(lease.keys())
                .setRemainingMillis(life.remainingMillis())
                .build();
    }

    static Alive fromWire(LeaseLife wire) {
        var lease = new GrantedLease(
                wire.getId(),
                wire.getTtlSeconds(),
                new Timestamp(wire.getGranted()),
                wire.getMaxKeys(),
                wire.getKeys());
        return new Alive(lease, wire.getRemainingMillis());
    }
}
