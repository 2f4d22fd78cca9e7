package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.etcd.v3.AuthDisableRequest;
import io.skipstone.api.etcd.v3.AuthEnableRequest;
import io.skipstone.api.etcd.v3.AuthGrpc;
import io.skipstone.api.etcd.v3.AuthStatusRequest;
import io.skipstone.api.etcd.v3.AuthStatusResponse;
import io.skipstone.api.etcd.v3.AuthenticateRequest;
import io.skipstone.api.etcd.v3.ClusterGrpc;
import io.skipstone.api.etcd.v3.Member;
import io.skipstone.api.etcd.v3.MemberAddRequest;
import io.skipstone.api.etcd.v3.MemberListRequest;
import io.skipstone.api.etcd.v3.MemberPromoteRequest;
import io.skipstone.api.etcd.v3.MemberRemoveRequest;
import io.skipstone.api.etcd.v3.MemberUpdateRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(OneNode.class)
class ClusterServiceTest extends EtcdTest {
    private ClusterGrpc.ClusterBlockingStub cluster;
    private AuthGrpc.AuthBlockingStub auth;

    @BeforeEach
    void stubs() {
        cluster = ClusterGrpc.newBlockingStub(channel);
        auth = AuthGrpc.newBlockingStub(channel);
    }

    private Member self() {
        var members = cluster.memberList(MemberListRequest.getDefaultInstance()).getMembersList();
        assertThat(members).hasSize(1);
        return members.getFirst();
    }

    @Test
    void theMembersHaveNumbersNamesAndUrls() {
        Member self = self();

        assertThat(self.getName()).isEqualTo(status.status().nodeId());
        assertThat(self.getID()).isEqualTo(EtcdIds.member(self.getName()));
        assertThat(self.getPeerURLsList()).hasSize(1).allMatch(url -> url.matches("http://.+:\\d+"));
        assertThat(self.getClientURLsList()).allMatch(url -> url.matches("http://.+:\\d+"));
        assertThat(self.getIsLearner()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n2=localhost:2380",
                "http://localhost",
                "http://127.0.0.1:2380",
                "https://n2.example:2380",
                "http://n2.example:2380/raft",
                "http://n 2:2380"
            })
    void aUrlThatNamesNoMemberIsRefused(String url) {
        assertRefused(
                EtcdError.INVALID_MEMBER_URLS,
                () -> cluster.memberAdd(
                        MemberAddRequest.newBuilder().addPeerURLs(url).build()));
    }

    @Test
    void aMemberIsAddedWhenItsNodeRuns() {
        assertRefused(EtcdError.INVALID_MEMBER_URLS, () -> cluster.memberAdd(MemberAddRequest.getDefaultInstance()));
        assertRefused(
                EtcdError.NOT_ENOUGH_STARTED,
                () -> cluster.memberAdd(MemberAddRequest.newBuilder()
                        .addPeerURLs(self().getPeerURLs(0).replaceFirst("http://(.+):\\d+", "http://n2@$1:1"))
                        .build()));
        assertRefused(
                EtcdError.PEER_URL_EXISTS,
                () -> cluster.memberAdd(MemberAddRequest.newBuilder()
                        .addPeerURLs(self().getPeerURLs(0)
                                .replaceFirst("http://(.+):\\d+", "http://" + self().getName() + "@$1:1"))
                        .build()));
    }

    @Test
    void aNumberThatNoMemberHasIsNotFound() {
        long none = self().getID() + 1;

        assertRefused(
                EtcdError.MEMBER_NOT_FOUND,
                () -> cluster.memberRemove(
                        MemberRemoveRequest.newBuilder().setID(none).build()));
        assertRefused(
                EtcdError.MEMBER_NOT_FOUND,
                () -> cluster.memberPromote(
                        MemberPromoteRequest.newBuilder().setID(none).build()));
        assertRefused(
                EtcdError.MEMBER_NOT_FOUND,
                () -> cluster.memberUpdate(
                        MemberUpdateRequest.newBuilder().setID(none).build()));
    }

    @Test
    void theOnlyVoterStaysAndIsNoLearner() {
        long self = self().getID();

        assertRefused(
                EtcdError.NOT_A_LEARNER,
                () -> cluster.memberPromote(
                        MemberPromoteRequest.newBuilder().setID(self).build()));
        assertRefused(
                EtcdError.NOT_ENOUGH_STARTED,
                () -> cluster.memberRemove(
                        MemberRemoveRequest.newBuilder().setID(self).build()));
    }

    @Test
    void aMemberKeepsItsAddress() {
        Member self = self();

        var same = cluster.memberUpdate(MemberUpdateRequest.newBuilder()
                .setID(self.getID())
                .addAllPeerURLs(self.getPeerURLsList())
                .build());
        assertThat(same.getMembersList()).containsExactly(self);
        var refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> cluster.memberUpdate(MemberUpdateRequest.newBuilder()
                        .setID(self.getID())
                        .addPeerURLs("http://elsewhere:2380")
                        .build()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNIMPLEMENTED);
    }

    /** Managing users, of which there are none, is not served. */
    @Test
    void aMethodThatIsNotServedIsUnimplemented() {
        MethodDescriptor<AuthStatusRequest, AuthStatusResponse> userList = AuthGrpc.getAuthStatusMethod().toBuilder()
                .setFullMethodName("etcdserverpb.Auth/UserList")
                .build();

        var refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(
                        channel, userList, CallOptions.DEFAULT, AuthStatusRequest.getDefaultInstance()));

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNIMPLEMENTED);
    }

    @Test
    void nobodyIsAskedWhoTheyAre() {
        assertThat(auth.authStatus(AuthStatusRequest.getDefaultInstance()).getEnabled())
                .isFalse();
        assertThat(auth.authDisable(AuthDisableRequest.getDefaultInstance()).hasHeader())
                .isTrue();
        assertRefused(
                EtcdError.AUTH_NOT_ENABLED,
                () -> auth.authenticate(
                        AuthenticateRequest.newBuilder().setName("root").build()));
        assertRefused(EtcdError.NO_ROOT_USER, () -> auth.authEnable(AuthEnableRequest.getDefaultInstance()));
    }
}
