package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.WatchSlots;
import io.skipstone.api.etcd.v3.Event;
import io.skipstone.api.etcd.v3.Event.EventType;
import io.skipstone.api.etcd.v3.WatchCreateRequest;
import io.skipstone.api.etcd.v3.WatchCreateRequest.FilterType;
import io.skipstone.api.etcd.v3.WatchGrpc;
import io.skipstone.api.etcd.v3.WatchRequest;
import io.skipstone.api.etcd.v3.WatchResponse;
import io.skipstone.api.grpc.v1.AdminGrpc;
import io.skipstone.api.grpc.v1.BatchRequest;
import io.skipstone.api.grpc.v1.CompactRequest;
import io.skipstone.api.grpc.v1.DeletePrefixRequest;
import io.skipstone.api.grpc.v1.PutOperation;
import io.skipstone.api.grpc.v1.WriteOperation;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class WatchServiceTest extends EtcdTest {
    private static final long PATIENCE_SECONDS = 30;

    @Inject
    WatchSlots slots;

    /** One stream, from the side of the client. */
    private static final class Stream implements ClientResponseObserver<WatchRequest, WatchResponse>, AutoCloseable {
        private final BlockingQueue<WatchResponse> answers = new LinkedBlockingQueue<>();
        private final CompletableFuture<Boolean> end = new CompletableFuture<>();
        private ClientCallStreamObserver<WatchRequest> requests;

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
            requests = stream;
        }

        @Override
        public void onNext(WatchResponse answer) {
            answers.add(answer);
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            end.complete(true);
        }

        void create(Consumer<WatchCreateRequest.Builder> create) {
            var request = WatchRequest.newBuilder();
            create.accept(request.getCreateRequestBuilder());
            requests.onNext(request.build());
        }

        void cancel(long id) {
            var request = WatchRequest.newBuilder();
            request.getCancelRequestBuilder().setWatchId(id);
            requests.onNext(request.build());
        }

        void askProgress() {
            var request = WatchRequest.newBuilder();
            var _ = request.getProgressRequestBuilder();
            requests.onNext(request.build());
        }

        WatchResponse next() throws InterruptedException {
            WatchResponse next = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("an answer").isNotNull();
            return next;
        }

        WatchResponse created(long id) throws InterruptedException {
            WatchResponse next = next();
            assertThat(next.getCreated()).as("%s", next).isTrue();
            assertThat(next.getCanceled()).as("%s", next).isFalse();
            assertThat(next.getWatchId()).isEqualTo(id);
            assertThat(next.getHeader().getClusterId()).isNotZero();
            return next;
        }

        WatchResponse events(long id) throws InterruptedException {
            WatchResponse next = next();
            assertThat(next.getEventsCount()).as("%s", next).isPositive();
            assertThat(next.getWatchId()).isEqualTo(id);
            return next;
        }

        void refused(String reason) throws InterruptedException {
            WatchResponse next = next();
            assertThat(next.getCreated()).as("%s", next).isTrue();
            assertThat(next.getCanceled()).isTrue();
            assertThat(next.getWatchId()).isEqualTo(-1);
            assertThat(next.getCancelReason()).isEqualTo(reason);
        }

        @Override
        public void close() {
            requests.cancel("done", null);
        }
    }

    private Stream stream() {
        var stream = new Stream();
        var _ = WatchGrpc.newStub(channel).watch(stream);
        return stream;
    }

    private Consumer<WatchCreateRequest.Builder> all() {
        return create -> create.setKey(key("")).setRangeEnd(end());
    }

    private long batch(int from, int count, int valueBytes) {
        var batch = BatchRequest.newBuilder();
        ByteString value = ByteString.copyFrom(new byte[valueBytes]);
        for (int number = from; number < from + count; number++) {
            batch.addOperations(WriteOperation.newBuilder()
                    .setPut(PutOperation.newBuilder()
                            .setKey(key("%05d".formatted(number)))
                            .setValue(value)));
        }
        return keys.batch(batch.build()).getRevision() + 1;
    }

    @Test
    void aWatchIsToldOfItsKeysFromNowOn() throws Exception {
        put("a", "before");
        try (Stream stream = stream()) {
            long before = revision();
            stream.create(create -> create.setKey(key("a")).setPrevKv(true));
            assertThat(stream.created(0).getHeader().getRevision()).isEqualTo(before);

            long put = put("a", "after").getRevision() + 1;
            WatchResponse told = stream.events(0);
            Event event = told.getEvents(0);
            assertThat(told.getHeader().getRevision()).isEqualTo(put);
            assertThat(event.getType()).isEqualTo(EventType.PUT);
            assertThat(event.getKv().getValue()).isEqualTo(text("after"));
            assertThat(event.getKv().getModRevision()).isEqualTo(put);
            assertThat(event.getKv().getCreateRevision()).isEqualTo(before);
            assertThat(event.getKv().getVersion()).isEqualTo(2);
            assertThat(event.getPrevKv().getValue()).isEqualTo(text("before"));
            assertThat(event.getPrevKv().getModRevision()).isEqualTo(before);

            put("b", "not watched");
            delete("a");
            Event gone = stream.events(0).getEvents(0);
            assertThat(gone.getType()).isEqualTo(EventType.DELETE);
            assertThat(gone.getKv().getKey()).isEqualTo(key("a"));
            assertThat(gone.getKv().getModRevision()).isEqualTo(revision());
            assertThat(gone.getKv().getVersion()).isZero();
            assertThat(gone.getPrevKv().getValue()).isEqualTo(text("after"));
        }
    }

    @Test
    void idsAreChosenByTheServerOrByTheClient() throws Exception {
        try (Stream stream = stream()) {
            stream.create(create -> create.setKey(key("a")));
            stream.created(0);
            stream.create(create -> create.setKey(key("a")).setWatchId(1));
            stream.created(1);
            stream.create(create -> create.setKey(key("a")));
            stream.create(create -> create.setKey(key("a")).setWatchId(2));
            stream.created(2);
            stream.refused("mvcc: duplicate watch ID provided on the WatchStream");

            stream.cancel(1);
            WatchResponse cancelled = stream.next();
            assertThat(cancelled.getCanceled()).isTrue();
            assertThat(cancelled.getCancelReason()).isEmpty();
            assertThat(cancelled.getWatchId()).isEqualTo(1);
            stream.cancel(99);
            put("a", "1");
            assertThat(List.of(stream.events(0).getWatchId(), stream.events(2).getWatchId()))
                    .containsExactly(0L, 2L);
        }
        await().untilAsserted(() -> assertThat(slots.connections()).isZero());
    }

    @Test
    void aRangeOfNoKeysIsRefusedAndNoKeyIsTheFirstOne() throws Exception {
        try (Stream stream = stream()) {
            stream.create(create -> create.setKey(key("b")).setRangeEnd(key("a")));
            stream.refused("mvcc: watcher range is empty");
            ByteString zero = ByteString.copyFrom(new byte[] {0});
            stream.create(create -> create.setRangeEnd(zero));
            stream.created(1);
            put("a", "1");
            assertThat(stream.events(1).getEvents(0).getKv().getKey()).isEqualTo(key("a"));
        }
    }

    @Test
    void thePastIsToldInTheOrderOfRevisions() throws Exception {
        long first = put("a", "1").getRevision() + 1;
        put("a", "2");
        delete("a");
        try (Stream stream = stream()) {
            stream.create(create -> create.setKey(key("a")).setStartRevision(first));
            stream.created(0);
            var told = new ArrayList<Event>();
            while (told.size() < 3) {
                told.addAll(stream.events(0).getEventsList());
            }
            assertThat(told)
                    .extracting(event -> event.getKv().getModRevision())
                    .containsExactly(first, first + 1, first + 2);
            assertThat(told.getFirst().hasPrevKv()).isFalse();
        }
    }

    @Test
    void aRevisionThatIsToComeIsWaitedFor() throws Exception {
        try (Stream stream = stream()) {
            long start = revision() + 2;
            stream.create(create -> create.setKey(key("a")).setStartRevision(start));
            assertThat(stream.created(0).getHeader().getRevision()).isEqualTo(start - 2);
            put("a", "too early");
            put("a", "then");
            Event event = stream.events(0).getEvents(0);
            assertThat(event.getKv().getValue()).isEqualTo(text("then"));
            assertThat(event.getKv().getModRevision()).isEqualTo(start);
        }
    }

    @Test
    void whatIsCompactedIsCancelledWithWhereToGoOn() throws Exception {
        long gone = put("a", "1").getRevision() + 1;
        long kept = put("a", "2").getCommitTs();
        var _ = AdminGrpc.newBlockingStub(channel)
                .compact(CompactRequest.newBuilder().setTimestamp(kept).build());
        try (Stream stream = stream()) {
            stream.create(create -> create.setKey(key("a")).setStartRevision(gone));
            stream.created(0);
            WatchResponse end = stream.next();
            assertThat(end.getCanceled()).isTrue();
            assertThat(end.getWatchId()).isZero();
            assertThat(end.getCompactRevision()).isGreaterThan(gone);
            assertThat(end.getCancelReason()).isEqualTo("etcdserver: mvcc: required revision has been compacted");

            stream.create(create -> create.setKey(key("a")).setStartRevision(end.getCompactRevision()));
            stream.created(1);
        }
    }

    @Test
    void filtersLeaveOutPutsOrDeletes() throws Exception {
        try (Stream stream = stream()) {
            stream.create(create -> create.setKey(key("a")).addFilters(FilterType.NOPUT));
            stream.created(0);
            stream.create(create -> create.setKey(key("a")).addFilters(FilterType.NODELETE));
            stream.created(1);
            put("a", "1");
            assertThat(stream.events(1).getEvents(0).getType()).isEqualTo(EventType.PUT);
            delete("a");
            assertThat(stream.events(0).getEvents(0).getType()).isEqualTo(EventType.DELETE);
            put("a", "2");
            assertThat(stream.events(1).getEvents(0).getKv().getValue()).isEqualTo(text("2"));
        }
    }

    @Test
    void whatOneRevisionDidComesInOneAnswer() throws Exception {
        int many = 2_500;
        int each = 100;
        for (int from = 0; from < many; from += each) {
            batch(from, each, 10);
        }
        try (Stream stream = stream()) {
            stream.create(all());
            stream.created(0);
            var deleted = keys.deletePrefix(
                    DeletePrefixRequest.newBuilder().setPrefix(key("")).build());

            WatchResponse told = stream.events(0);
            assertThat(told.getFragment()).isFalse();
            assertThat(told.getEventsCount()).isEqualTo(many);
            assertThat(told.getHeader().getRevision()).isEqualTo(deleted.getRevision() + 1);
        }
    }

    @Test
    void aLargeRevisionComesInFragmentsToThoseWhoTakeThem() throws Exception {
        int count = 30;
        try (Stream stream = stream()) {
            stream.create(all().andThen(create -> create.setFragment(true)));
            stream.created(0);
            long revision = batch(0, count, 100_000);
            var told = new ArrayList<Event>();
            int answers = 0;
            WatchResponse next;
            do {
                next = stream.next();
                answers++;
                told.addAll(next.getEventsList());
                assertThat(next.getHeader().getRevision()).isEqualTo(revision);
                assertThat(next.getSerializedSize()).isLessThan(2 << 20);
            } while (next.getFragment());
            assertThat(answers).isGreaterThan(1);
            assertThat(told)
                    .extracting(event -> event.getKv().getKey())
                    .doesNotHaveDuplicates()
                    .hasSize(count);
        }
    }

    @Test
    void progressIsToldWhenAllThatWasAskedForHasBeenDelivered() throws Exception {
        try (Stream stream = stream()) {
            stream.askProgress();
            WatchResponse none = stream.next();
            assertThat(none.getWatchId()).isEqualTo(-1);
            assertThat(none.getHeader().getRevision()).isEqualTo(revision());

            stream.create(create -> create.setKey(key("a")));
            stream.created(0);
            stream.create(create -> create.setKey(key("b")));
            stream.created(1);
            put("a", "1");
            long asked = put("b", "1").getRevision() + 1;
            stream.askProgress();
            var told = new ArrayList<Long>();
            WatchResponse next = stream.next();
            while (next.getEventsCount() > 0) {
                told.add(next.getWatchId());
                next = stream.next();
            }
            assertThat(told).containsExactlyInAnyOrder(0L, 1L);
            assertThat(next.getWatchId()).isEqualTo(-1);
            assertThat(next.getHeader().getRevision()).isEqualTo(asked);
            assertThat(next.getEventsCount()).isZero();
        }
    }

    @Test
    void aClientThatIsSilentIsToldOnUntilItsWatchesEnd() throws Exception {
        try (Stream stream = stream()) {
            stream.create(create -> create.setKey(key("a")));
            stream.created(0);
            stream.requests.onCompleted();
            put("a", "1");
            stream.events(0);
            assertThat(stream.end).isNotDone();
        }
        try (Stream idle = stream()) {
            idle.requests.onCompleted();
            assertThat(idle.end.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        await().untilAsserted(() -> assertThat(slots.connections()).isZero());
    }

    @Test
    void aConnectionHasSoManyWatchesAndNoMore() throws Exception {
        int most = 1_024;
        try (Stream stream = stream()) {
            for (int count = 0; count <= most; count++) {
                stream.create(create -> create.setKey(key("none")));
            }
            var refused = new ArrayList<String>();
            for (int count = 0; count <= most; count++) {
                WatchResponse next = stream.next();
                if (next.getCanceled()) {
                    refused.add(next.getCancelReason());
                }
            }
            assertThat(refused).containsExactly("etcdserver: too many requests");
        }
        await().untilAsserted(() -> assertThat(slots.connections()).isZero());
    }
}
