package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.etcd.v3.LeaseGrantRequest;
import io.skipstone.api.etcd.v3.LeaseGrpc;
import io.skipstone.api.etcd.v3.LeaseKeepAliveRequest;
import io.skipstone.api.etcd.v3.LeaseKeepAliveResponse;
import io.skipstone.api.etcd.v3.LeaseLeasesRequest;
import io.skipstone.api.etcd.v3.LeaseRevokeRequest;
import io.skipstone.api.etcd.v3.LeaseStatus;
import io.skipstone.api.etcd.v3.LeaseTimeToLiveRequest;
import io.skipstone.api.etcd.v3.LeaseTimeToLiveResponse;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class LeasesOverEtcdTest extends EtcdDoor {
    private LeaseTimeToLiveResponse timeToLive(long id) {
        return leases.leaseTimeToLive(
                LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(true).build());
    }

    @Test
    void aLeaseTakesItsKeysAlong() {
        long id = grant(3_600);
        put(room + "/a", "v", id);
        long revision = put(room + "/b", "v", id);

        var life = timeToLive(id);
        assertThat(life.getID()).isEqualTo(id);
        assertThat(life.getTTL()).isBetween(3_000L, 3_600L);
        assertThat(life.getGrantedTTL()).isEqualTo(3_600);
        assertThat(life.getKeysList()).containsExactly(text(room + "/a"), text(room + "/b"));

        var revoked =
                leases.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build());

        assertThat(revoked.getHeader().getRevision()).isEqualTo(Revisions.etcd(revision + 1));
        assertThat(exists(room + "/a")).isFalse();
        assertThat(exists(room + "/b")).isFalse();
    }

    @Test
    void anIdMayBeChosenOnce() {
        long id = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        var chosen = LeaseGrantRequest.newBuilder().setID(id).setTTL(60).build();

        assertThat(leases.leaseGrant(chosen).getID()).isEqualTo(id);
        assertRefused(Code.FAILED_PRECONDITION, "etcdserver: lease already exists", () -> leases.leaseGrant(chosen));
    }

    @Test
    void aTimeToLiveThatIsTooShortIsTheShortestAndOneThatIsTooLongIsRefused() {
        for (long ttl : List.of(-5L, 0L, 1L)) {
            var granted =
                    leases.leaseGrant(LeaseGrantRequest.newBuilder().setTTL(ttl).build());
            assertThat(granted.getTTL()).isEqualTo(2);
            assertThat(granted.getError()).isEmpty();
        }
        assertRefused(Code.OUT_OF_RANGE, "etcdserver: too large lease TTL", () -> grant(10_000_000_000L));
    }

    @Test
    void aLeaseThatNobodyKeepsAliveEnds() {
        long id = grant(2);
        put(room + "/a", "v", id);

        await().atMost(PATIENCE).until(() -> !exists(room + "/a"));
        assertThat(timeToLive(id).getTTL()).isEqualTo(-1);
    }

    @Test
    void keepAlivesAreAnsweredInOrderThoseOfNoLeaseToo() throws Exception {
        long first = grant(3_600);
        long second = grant(1_800);
        var answers = new Coming<LeaseKeepAliveRequest, LeaseKeepAliveResponse>();

        StreamObserver<LeaseKeepAliveRequest> requests =
                LeaseGrpc.newStub(channel).leaseKeepAlive(answers);
        for (long id : List.of(first, 1L, 0L, -1L, second)) {
            requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        }
        requests.onCompleted();

        for (var expected : List.of(List.of(first, 3_600L), List.of(1L, 0L), List.of(0L, 0L), List.of(-1L, 0L))) {
            LeaseKeepAliveResponse answer = answers.next();
            assertThat(List.of(answer.getID(), answer.getTTL())).isEqualTo(expected);
            assertThat(answer.getHeader().getMemberId()).isNotZero();
        }
        assertThat(answers.next().getTTL()).isEqualTo(1_800);
        assertThat(answers.end().get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void moreKeepAlivesThanAreWorkedOnAtOnceAreAnsweredAll() throws Exception {
        long id = grant(3_600);
        int many = 1_000;
        var answers = new Coming<LeaseKeepAliveRequest, LeaseKeepAliveResponse>();

        StreamObserver<LeaseKeepAliveRequest> requests =
                LeaseGrpc.newStub(channel).leaseKeepAlive(answers);
        for (int i = 0; i < many; i++) {
            requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        }
        requests.onCompleted();

        for (int i = 0; i < many; i++) {
            assertThat(answers.next().getTTL()).isEqualTo(3_600);
        }
        assertThat(answers.end().get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatIsNoLeaseIsNotFound() {
        for (long id : List.of(1L, 0L, -1L)) {
            assertThat(timeToLive(id).getTTL()).isEqualTo(-1);
            assertThat(timeToLive(id).getID()).isEqualTo(id);
            assertThat(timeToLive(id).getGrantedTTL()).isZero();
            assertRefused(Code.NOT_FOUND, "etcdserver: requested lease not found", () -> revoke(id));
        }
    }

    @Test
    void allLeasesAreListed() {
        long first = grant(60);
        long second = grant(60);

        var listed = leases.leaseLeases(LeaseLeasesRequest.getDefaultInstance());

        assertThat(listed.getLeasesList()).extracting(LeaseStatus::getID).contains(first, second);
        assertThat(listed.getHeader().getClusterId()).isNotZero();
    }
}
