package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.WatchSlots;
import io.skipstone.api.etcd.v3.LeaseTimeToLiveRequest;
import io.skipstone.api.etcd.v3.LockGrpc;
import io.skipstone.api.etcd.v3.LockRequest;
import io.skipstone.api.etcd.v3.LockResponse;
import io.skipstone.api.etcd.v3.UnlockRequest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class LocksOverEtcdTest extends EtcdDoor {
    @Inject
    WatchSlots slots;

    private LockGrpc.LockBlockingStub locks;

    @BeforeEach
    void stub() {
        locks = LockGrpc.newBlockingStub(channel);
    }

    private LockRequest request(long lease) {
        return LockRequest.newBuilder().setName(text(room)).setLease(lease).build();
    }

    private String key(long lease) {
        return room + "/" + Long.toHexString(lease);
    }

    /** Asks for the lock and returns once it stands in line. */
    private Coming<LockRequest, LockResponse> queue(long lease) {
        var coming = new Coming<LockRequest, LockResponse>();
        LockGrpc.newStub(channel).lock(request(lease), coming);
        await().atMost(PATIENCE).until(() -> exists(key(lease)));
        return coming;
    }

    private void unlock(ByteString key) {
        var _ = locks.unlock(UnlockRequest.newBuilder().setKey(key).build());
    }

    @Test
    void whoeverComesFirstHasItAndEachGetsItInTurn() throws Exception {
        long first = grant(600);
        long second = grant(600);
        long third = grant(600);

        LockResponse held = locks.lock(request(first));
        assertThat(held.getKey()).isEqualTo(text(key(first)));
        assertThat(held.getHeader().getRevision()).isGreaterThan(1);
        var next = queue(second);
        var last = queue(third);
        assertThat(next.isWaiting()).isTrue();

        unlock(held.getKey());
        LockResponse taken = next.next();
        assertThat(taken.getKey()).isEqualTo(text(key(second)));
        assertThat(taken.getHeader().getRevision())
                .isGreaterThan(held.getHeader().getRevision());
        assertThat(last.isWaiting()).isTrue();

        revoke(second);
        assertThat(last.next().getKey()).isEqualTo(text(key(third)));
    }

    @Test
    void whoeverHasItIsGivenItAgain() {
        long lease = grant(600);

        LockResponse once = locks.lock(request(lease));
        LockResponse again = locks.lock(request(lease));

        assertThat(again.getKey()).isEqualTo(once.getKey());
        assertThat(again.getHeader().getRevision()).isEqualTo(once.getHeader().getRevision());
    }

    @Test
    void aLockIsHeldNoLongerThanItsLease() throws Exception {
        long holder = grant(2);
        var _ = locks.lock(request(holder));

        var next = queue(grant(600));

        assertThat(next.next().getKey()).isNotEqualTo(text(key(holder)));
    }

    @Test
    void theWaitEndsWithTheLeaseOfWhoeverWaits() {
        var _ = locks.lock(request(grant(600)));
        long waiter = grant(600);
        var waiting = queue(waiter);

        revoke(waiter);

        waiting.assertRefused(Code.UNKNOWN, "mutex: session is expired");
    }

    @Test
    void aClientThatGoesAwayLeavesTheLine() throws Exception {
        LockResponse held = locks.lock(request(grant(600)));
        long impatient = grant(600);
        var waiting = queue(impatient);
        var behind = queue(grant(600));

        waiting.cancel();

        await().atMost(PATIENCE).until(() -> !exists(key(impatient)));
        assertThat(behind.isWaiting()).isTrue();
        unlock(held.getKey());
        assertThat(behind.next().getKey()).isNotEqualTo(text(key(impatient)));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(slots.connections()).isZero());
    }

    @Test
    void aConnectionThatIsLostLeavesTheLine() {
        var _ = locks.lock(request(grant(600)));
        long impatient = grant(600);
        var other = newChannel();
        LockGrpc.newStub(other).lock(request(impatient), new Coming<LockRequest, LockResponse>());
        await().atMost(PATIENCE).until(() -> exists(key(impatient)));

        other.shutdownNow();

        await().atMost(PATIENCE).until(() -> !exists(key(impatient)));
    }

    @Test
    void anyOlderKeyOfTheNameIsWaitedFor() throws Exception {
        put(room + "/zzz", "somebody's", 0);
        put(room + "-other/a", "not of this name", 0);
        var waiting = queue(grant(600));
        put(room + "/aaa", "younger", 0);
        put(room + "/zzz", "written again", 0);
        assertThat(waiting.isWaiting()).isTrue();

        delete(room + "/zzz");

        assertThat(waiting.next().getKey()).isNotEmpty();
    }

    @Test
    void whoeverHasNoLeaseIsGivenOne() {
        LockResponse held =
                locks.lock(LockRequest.newBuilder().setName(text(room)).build());

        String key = held.getKey().toStringUtf8();
        long lease = Long.parseLong(key.substring(key.indexOf('/') + 1), 16);
        assertThat(leases.leaseTimeToLive(
                                LeaseTimeToLiveRequest.newBuilder().setID(lease).build())
                        .getGrantedTTL())
                .isEqualTo(60);
        revoke(lease);
    }

    @Test
    void refusalsHaveTheTextsThatClientsKnow() {
        assertRefused(Code.UNKNOWN, "etcdserver: requested lease not found", () -> locks.lock(request(1)));
        assertRefused(Code.UNKNOWN, "etcdserver: requested lease not found", () -> locks.lock(request(-1)));
        assertRefused(Code.UNKNOWN, "etcdserver: key is not provided", () -> unlock(ByteString.EMPTY));
        unlock(text(room + "/nobody"));
        assertThat(exists(key(1))).isFalse();
    }

    @Test
    void aConnectionHasSoManyThatWaitAndNoMore() throws Exception {
        LockResponse held = locks.lock(request(grant(600)));
        List<Coming<LockRequest, LockResponse>> waiting = new ArrayList<>();
        int most = 512;
        for (int i = 0; i < most; i++) {
            var coming = new Coming<LockRequest, LockResponse>();
            LockGrpc.newStub(channel).lock(request(grant(600)), coming);
            waiting.add(coming);
        }
        assertThat(waiting).allMatch(Coming::isWaiting);
        long oneMore = grant(600);

        assertRefused(Code.RESOURCE_EXHAUSTED, "etcdserver: too many requests", () -> locks.lock(request(oneMore)));

        assertThat(exists(key(oneMore))).isFalse();
        unlock(held.getKey());
        assertThat(waiting.getFirst().next().getKey()).isNotEmpty();
        waiting.forEach(Coming::cancel);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(slots.connections()).isZero());
    }
}
