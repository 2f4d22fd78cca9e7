package io.skipstone.api.etcd.gateway;

import java.util.Map;

/** Which path is which method. The old paths of lease methods are there, too. */
final class Paths {
    static final Map<String, String> METHODS = Map.ofEntries(
            Map.entry("/v3/kv/range", "etcdserverpb.KV/Range"),
            Map.entry("/v3/kv/put", "etcdserverpb.KV/Put"),
            Map.entry("/v3/kv/deleterange", "etcdserverpb.KV/DeleteRange"),
            Map.entry("/v3/kv/txn", "etcdserverpb.KV/Txn"),
            Map.entry("/v3/kv/compaction", "etcdserverpb.KV/Compact"),
            Map.entry("/v3/watch", "etcdserverpb.Watch/Watch"),
            Map.entry("/v3/lease/grant", "etcdserverpb.Lease/LeaseGrant"),
            Map.entry("/v3/lease/revoke", "etcdserverpb.Lease/LeaseRevoke"),
            Map.entry("/v3/lease/keepalive", "etcdserverpb.Lease/LeaseKeepAlive"),
            Map.entry("/v3/lease/timetolive", "etcdserverpb.Lease/LeaseTimeToLive"),
            Map.entry("/v3/lease/leases", "etcdserverpb.Lease/LeaseLeases"),
            Map.entry("/v3/kv/lease/revoke", "etcdserverpb.Lease/LeaseRevoke"),
            Map.entry("/v3/kv/lease/timetolive", "etcdserverpb.Lease/LeaseTimeToLive"),
            Map.entry("/v3/kv/lease/leases", "etcdserverpb.Lease/LeaseLeases"),
            Map.entry("/v3/cluster/member/add", "etcdserverpb.Cluster/MemberAdd"),
            Map.entry("/v3/cluster/member/remove", "etcdserverpb.Cluster/MemberRemove"),
            Map.entry("/v3/cluster/member/update", "etcdserverpb.Cluster/MemberUpdate"),
            Map.entry("/v3/cluster/member/list", "etcdserverpb.Cluster/MemberList"),
            Map.entry("/v3/cluster/member/promote", "etcdserverpb.Cluster/MemberPromote"),
            Map.entry("/v3/maintenance/alarm", "etcdserverpb.Maintenance/Alarm"),
            Map.entry("/v3/maintenance/status", "etcdserverpb.Maintenance/Status"),
            Map.entry("/v3/maintenance/defragment", "etcdserverpb.Maintenance/Defragment"),
            Map.entry("/v3/maintenance/hash", "etcdserverpb.Maintenance/HashKV"),
            Map.entry("/v3/maintenance/snapshot", "etcdserverpb.Maintenance/Snapshot"),
            Map.entry("/v3/maintenance/transfer-leadership", "etcdserverpb.Maintenance/MoveLeader"),
            Map.entry("/v3/auth/enable", "etcdserverpb.Auth/AuthEnable"),
            Map.entry("/v3/auth/disable", "etcdserverpb.Auth/AuthDisable"),
            Map.entry("/v3/auth/status", "etcdserverpb.Auth/AuthStatus"),
            Map.entry("/v3/auth/authenticate", "etcdserverpb.Auth/Authenticate"),
            Map.entry("/v3/lock/lock", "v3lockpb.Lock/Lock"),
            Map.entry("/v3/lock/unlock", "v3lockpb.Lock/Unlock"),
            Map.entry("/v3/election/campaign", "v3electionpb.Election/Campaign"),
            Map.entry("/v3/election/proclaim", "v3electionpb.Election/Proclaim"),
            Map.entry("/v3/election/leader", "v3electionpb.Election/Leader"),
            Map.entry("/v3/election/observe", "v3electionpb.Election/Observe"),
            Map.entry("/v3/election/resign", "v3electionpb.Election/Resign"));

    private Paths() {}
}
