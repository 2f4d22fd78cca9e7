package io.skipstone.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.grpc.v1.GrantLeaseRequest;
import io.skipstone.api.grpc.v1.KeepLeaseAliveRequest;
import io.skipstone.api.grpc.v1.KeepLeaseAliveResponse;
import io.skipstone.api.grpc.v1.LeaseGrpc;
import io.skipstone.api.grpc.v1.LeaseTimeToLiveRequest;
import io.skipstone.api.grpc.v1.ListLeasesRequest;
import io.skipstone.api.grpc.v1.PutRequest;
import io.skipstone.api.grpc.v1.RevokeLeaseRequest;
import io.skipstone.api.grpc.v1.WatchEvents;
import io.skipstone.api.grpc.v1.WatchGrpc;
import io.skipstone.api.grpc.v1.WatchResponse.ResponseCase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class LeasesOverGrpcTest extends GrpcTest {
    private LeaseGrpc.LeaseBlockingStub leases;

    @BeforeEach
    void stub() {
        leases = LeaseGrpc.newBlockingStub(channel);
    }

    private long grant(long ttlSeconds) {
        return leases.grant(
                        GrantLeaseRequest.newBuilder().setTtlSeconds(ttlSeconds).build())
                .getId();
    }

    private PutRequest attach(String name, long lease) {
        return PutRequest.newBuilder()
                .setKey(key(name))
                .setValue(text("v"))
                .setLeaseId(lease)
                .build();
    }

    @Test
    void aLeaseTakesItsKeysAlong() {
        long id = grant(3600);
        keys.put(attach("a", id));

        var alive = leases.timeToLive(
                LeaseTimeToLiveRequest.newBuilder().setId(id).setKeys(true).build());
        assertThat(alive.getKeysList()).containsExactly(key("a"));
        assertThat(alive.getRemainingMillis()).isBetween(3_000_000L, 3_600_000L);
        assertThat(leases.list(ListLeasesRequest.newBuilder()
                                .setAfter(id - 1)
                                .setLimit(1)
                                .build())
                        .getLeases(0))
                .isEqualTo(alive.getLease());

        assertThat(leases.revoke(RevokeLeaseRequest.newBuilder().setId(id).build())
                        .getDeleted())
                .isEqualTo(1);
        assertThat(get("a")).isNull();
    }

    @Test
    void keepAlivesAreAnsweredInOrderAlsoAfterTheClientHasClosedItsHalf() throws Exception {
        long first = grant(3600);
        long second = grant(3600);
        var answers = new Answered();

        StreamObserver<KeepLeaseAliveRequest> requests =
                LeaseGrpc.newStub(channel).keepAlive(answers);
        for (long id : List.of(first, 1L, second)) {
            requests.onNext(KeepLeaseAliveRequest.newBuilder().setId(id).build());
        }
        requests.onCompleted();

        answers.ended.get(60, TimeUnit.SECONDS);
        assertThat(answers.all).extracting(KeepLeaseAliveResponse::getId).containsExactly(first, 1L, second);
        assertThat(answers.all).extracting(KeepLeaseAliveResponse::getGone).containsExactly(false, true, false);
        assertThat(answers.all)
                .extracting(KeepLeaseAliveResponse::getTtlSeconds)
                .containsExactly(3600L, 0L, 3600L);
    }

    @Test
    void aStreamThatIsCancelledLetsTheLeaseEnd() {
        long id = grant(2);
        keys.put(attach("a", id));
        var answers = new Answered();
        StreamObserver<KeepLeaseAliveRequest> requests =
                LeaseGrpc.newStub(channel).keepAlive(answers);
        requests.onNext(KeepLeaseAliveRequest.newBuilder().setId(id).build());
        await().atMost(Duration.ofSeconds(60)).until(() -> answers.all.size() == 1);

        requests.onError(new IllegalStateException("gone"));

        await().atMost(Duration.ofSeconds(60)).until(() -> get("a") == null);
    }

    @Test
    void aWatchSeesTheKeysGoTogether() throws Exception {
        var events = new WatchOverGrpcTest.Stream();
        var _ = WatchGrpc.newStub(channel).watch(events);
        try (events) {
            events.create(1, create -> create.setPrefix(key("")));
            events.next(1, ResponseCase.CREATED);
            long abandoned = grant(2);
            keys.put(attach("b", abandoned));
            keys.put(attach("a", abandoned));
            events.events(1);
            events.events(1);

            WatchEvents gone = events.events(1);

            assertThat(gone.getFragment()).isFalse();
            assertThat(gone.getEventsList())
                    .extracting(event -> event.getDelete().getKey())
                    .containsExactly(key("b"), key("a"));
        }
    }

    @Test
    void refusalsAreTyped() throws Exception {
        assertRefused(Code.INVALID_ARGUMENT, "lease_ttl_out_of_range", () -> grant(0));
        assertRefused(Code.INVALID_ARGUMENT, "lease_ttl_out_of_range", () -> grant(-1));
        assertRefused(
                Code.INVALID_ARGUMENT,
                "bad_lease_id",
                () -> leases.grant(GrantLeaseRequest.newBuilder()
                        .setId(-1)
                        .setTtlSeconds(5)
                        .build()));
        assertRefused(
                Code.NOT_FOUND,
                "lease_not_found",
                () -> leases.revoke(RevokeLeaseRequest.newBuilder().setId(1).build()));
        assertRefused(
                Code.NOT_FOUND,
                "lease_not_found",
                () -> leases.timeToLive(
                        LeaseTimeToLiveRequest.newBuilder().setId(1).build()));
        assertRefused(Code.NOT_FOUND, "lease_not_found", () -> keys.put(attach("a", 1)));
        assertRefused(Code.INVALID_ARGUMENT, "bad_lease_id", () -> keys.put(attach("a", -1)));
        assertThat(get("a")).isNull();
    }

    @Test
    void aKeepAliveOfWhatIsNoIdEndsTheStream() {
        var answers = new Answered();

        LeaseGrpc.newStub(channel).keepAlive(answers).onNext(KeepLeaseAliveRequest.getDefaultInstance());

        assertThat(answers.ended)
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .withMessageContaining("lease id");
        assertThat(answers.all).isEmpty();
    }

    /** What a stream brought. */
    private static final class Answered implements StreamObserver<KeepLeaseAliveResponse> {
        private final List<KeepLeaseAliveResponse> all = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

        @Override
        public void onNext(KeepLeaseAliveResponse answer) {
            all.add(answer);
        }

        @Override
        public void onError(Throwable failure) {
            ended.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            ended.complete(true);
        }
    }
}
