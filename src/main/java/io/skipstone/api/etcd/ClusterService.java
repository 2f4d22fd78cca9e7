package io.skipstone.api.etcd;

import io.quarkus.grpc.GrpcService;
import io.skipstone.api.etcd.v3.Cluster;
import io.skipstone.api.etcd.v3.MemberAddRequest;
import io.skipstone.api.etcd.v3.MemberAddResponse;
import io.skipstone.api.etcd.v3.MemberListRequest;
import io.skipstone.api.etcd.v3.MemberListResponse;
import io.skipstone.api.etcd.v3.MemberPromoteRequest;
import io.skipstone.api.etcd.v3.MemberPromoteResponse;
import io.skipstone.api.etcd.v3.MemberRemoveRequest;
import io.skipstone.api.etcd.v3.MemberRemoveResponse;
import io.skipstone.api.etcd.v3.MemberUpdateRequest;
import io.skipstone.api.etcd.v3.MemberUpdateResponse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;

/** {@code etcdserverpb.Cluster}. */
@GrpcService
public class ClusterService implements Cluster {
    private final EtcdCalls calls;
    private final MemberCalls members;

    @Inject
    ClusterService(EtcdCalls calls, MemberCalls members) {
        this.calls = calls;
        this.members = members;
    }

    @Override
    public Uni<MemberListResponse> memberList(MemberListRequest request) {
        return calls.answer(request, members::list);
    }

    @Override
    public Uni<MemberAddResponse> memberAdd(MemberAddRequest request) {
        return calls.answer(request, members::add);
    }

    @Override
    public Uni<MemberRemoveResponse> memberRemove(MemberRemoveRequest request) {
        return calls.answer(request, members::remove);
    }

    @Override
    public Uni<MemberPromoteResponse> memberPromote(MemberPromoteRequest request) {
        return calls.answer(request, members::promote);
    }

    @Override
    public Uni<MemberUpdateResponse> memberUpdate(MemberUpdateRequest request) {
        return calls.answer(request, members::update);
    }
}
