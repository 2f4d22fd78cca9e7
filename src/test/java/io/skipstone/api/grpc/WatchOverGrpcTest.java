package io.skipstone.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.WatchSlots;
import io.skipstone.api.grpc.v1.BatchRequest;
import io.skipstone.api.grpc.v1.CompactRequest;
import io.skipstone.api.grpc.v1.DeleteRequest;
import io.skipstone.api.grpc.v1.KeyRange;
import io.skipstone.api.grpc.v1.PutOperation;
import io.skipstone.api.grpc.v1.WatchAskProgress;
import io.skipstone.api.grpc.v1.WatchCancel;
import io.skipstone.api.grpc.v1.WatchCreate;
import io.skipstone.api.grpc.v1.WatchEvents;
import io.skipstone.api.grpc.v1.WatchGrpc;
import io.skipstone.api.grpc.v1.WatchRequest;
import io.skipstone.api.grpc.v1.WatchResponse;
import io.skipstone.api.grpc.v1.WatchResponse.ResponseCase;
import io.skipstone.api.grpc.v1.WriteOperation;
import jakarta.inject.Inject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class WatchOverGrpcTest extends GrpcTest {
    private static final long PATIENCE_SECONDS = 30;

    @Inject
    WatchSlots slots;

    /** One stream, from the side of the client. */
    static final class Stream implements ClientResponseObserver<WatchRequest, WatchResponse>, AutoCloseable {
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

        Stream send(long id, Consumer<WatchRequest.Builder> request) {
            var builder = WatchRequest.newBuilder().setWatchId(id);
            request.accept(builder);
            requests.onNext(builder.build());
            return this;
        }

        Stream create(long id, Consumer<WatchCreate.Builder> create) {
            return send(id, request -> create.accept(request.getCreateBuilder()));
        }

        WatchResponse next(long id, ResponseCase expected) throws InterruptedException {
            WatchResponse next = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("an answer").isNotNull();
            assertThat(next.getResponseCase()).as("%s", next).isEqualTo(expected);
            assertThat(next.getWatchId()).isEqualTo(id);
            return next;
        }

        WatchEvents events(long id) throws InterruptedException {
            return next(id, ResponseCase.EVENTS).getEvents();
        }

        void refused(long id, Code status, String code) throws InterruptedException {
            var error = next(id, ResponseCase.REFUSED).getRefused().getError();
            assertThat(error.getCode()).isEqualTo(code);
            assertThat(error.getGrpcCode()).isEqualTo(status.value());
            assertThat(error.getMessage()).isNotEmpty();
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

    @Test
    void manyWatchesOnOneStreamAreToldOfTheirKeys() throws Exception {
        try (Stream stream = stream()) {
            stream.create(1, create -> create.setPrefix(key("")).setPrevious(true));
            stream.create(2, create -> create.setKey(key("b")));
            long start = stream.next(1, ResponseCase.CREATED).getCreated().getStartRevision();
            stream.next(2, ResponseCase.CREATED);
            long first = put("a", "one").getRevision();
            long second = put("a", "two").getRevision();

            WatchEvents put = stream.events(1);
            assertThat(put.getRevision()).isEqualTo(first).isGreaterThanOrEqualTo(start);
            assertThat(put.getEvents(0).getPut().getValue()).isEqualTo(text("one"));
            assertThat(put.getEvents(0).getPut().getModRevision()).isEqualTo(first);
            assertThat(put.getEvents(0).getPut().getVersion()).isEqualTo(1);
            assertThat(put.getEvents(0).getPut().getCommitTs()).isEqualTo(put.getCommitTs());
            assertThat(put.getEvents(0).hasPrevious()).isFalse();
            WatchEvents again = stream.events(1);
            assertThat(again.getRevision()).isEqualTo(second);
            assertThat(again.getEvents(0).getPrevious().getValue()).isEqualTo(text("one"));

            var _ = keys.delete(DeleteRequest.newBuilder().setKey(key("a")).build());
            WatchEvents deleted = stream.events(1);
            assertThat(deleted.getEvents(0).getDelete().getKey()).isEqualTo(key("a"));
            assertThat(deleted.getEvents(0).getPrevious().getValue()).isEqualTo(text("two"));

            stream.send(1, request -> request.setCancel(WatchCancel.newBuilder()));
            assertThat(stream.next(1, ResponseCase.CANCELLED).getCancelled().hasError())
                    .isFalse();
            put("b", "one");
            assertThat(stream.events(2).getEvents(0).getPut().getKey()).isEqualTo(key("b"));
        }
    }

    @Test
    void whatOneRevisionDidComesTogether() throws Exception {
        try (Stream stream = stream()) {
            stream.create(
                    7,
                    create -> create.setRange(
                            KeyRange.newBuilder().setStart(key("a")).setEnd(key("c"))));
            stream.next(7, ResponseCase.CREATED);
            var batch = BatchRequest.newBuilder();
            for (String name : new String[] {"b", "a", "c"}) {
                batch.addOperations(WriteOperation.newBuilder()
                        .setPut(PutOperation.newBuilder().setKey(key(name)).setValue(text(name))));
            }
            var _ = keys.batch(batch.build());

            WatchEvents events = stream.events(7);
            assertThat(events.getFragment()).isFalse();
            assertThat(events.getEventsList())
                    .extracting(event -> event.getPut().getKey())
                    .containsExactly(key("b"), key("a"));
        }
    }

    @Test
    void progressIsToldToAWatchThatHadNotBegunWhenItWasAskedFor() throws Exception {
        try (Stream stream = stream()) {
            stream.create(1, create -> create.setKey(key("idle")).setProgressMillis(30_000));
            stream.send(1, request -> request.setAskProgress(WatchAskProgress.newBuilder()));

            stream.next(1, ResponseCase.CREATED);
            stream.next(1, ResponseCase.PROGRESS);
        }
    }

    @Test
    void progressIsToldOnRequestAndByInterval() throws Exception {
        try (Stream stream = stream()) {
            stream.create(1, create -> create.setKey(key("idle")));
            stream.next(1, ResponseCase.CREATED);
            long revision = put("a", "one").getRevision();
            stream.send(1, request -> request.setAskProgress(WatchAskProgress.newBuilder()));
            long told = stream.next(1, ResponseCase.PROGRESS).getProgress().getRevision();
            while (told < revision) {
                stream.send(1, request -> request.setAskProgress(WatchAskProgress.newBuilder()));
                told = stream.next(1, ResponseCase.PROGRESS).getProgress().getRevision();
            }
            stream.create(2, create -> create.setKey(key("idle")).setProgressMillis(100));
            stream.next(2, ResponseCase.CREATED);
            assertThat(stream.next(2, ResponseCase.PROGRESS).getProgress().getRevision())
                    .isEqualTo(revision);
        }
    }

    @Test
    void aWatchThatCannotBeIsRefusedAndTheOthersGoOn() throws Exception {
        long compacted = put("a", "1").getRevision();
        long commitTs = put("a", "2").getCommitTs();
        var _ = admin.compact(CompactRequest.newBuilder().setTimestamp(commitTs).build());
        try (Stream stream = stream()) {
            stream.create(1, create -> create.setPrefix(key("")));
            stream.next(1, ResponseCase.CREATED);

            stream.create(1, create -> create.setPrefix(key("")));
            stream.refused(1, Code.INVALID_ARGUMENT, "watch_id_in_use");
            stream.create(0, create -> create.setPrefix(key("")));
            stream.refused(0, Code.INVALID_ARGUMENT, "bad_watch_id");
            stream.create(2, create -> create.setKey(ByteString.EMPTY));
            stream.refused(2, Code.INVALID_ARGUMENT, "empty_key");
            stream.create(
                    2,
                    create -> create.setRange(
                            KeyRange.newBuilder().setStart(text("b")).setEnd(text("a"))));
            stream.refused(2, Code.INVALID_ARGUMENT, "range_reversed");
            stream.create(2, create -> create.setRevision(-1));
            stream.refused(2, Code.INVALID_ARGUMENT, "bad_at");
            stream.create(2, create -> create.setTimestamp(0));
            stream.refused(2, Code.INVALID_ARGUMENT, "bad_at");
            stream.create(2, create -> create.setProgressMillis(-1));
            stream.refused(2, Code.INVALID_ARGUMENT, "bad_progress");
            stream.send(9, request -> request.setCancel(WatchCancel.newBuilder()));
            stream.refused(9, Code.INVALID_ARGUMENT, "watch_unknown");
            stream.send(9, request -> request.setAskProgress(WatchAskProgress.newBuilder()));
            stream.refused(9, Code.INVALID_ARGUMENT, "watch_unknown");
            stream.send(3, request -> {});
            stream.refused(3, Code.INVALID_ARGUMENT, "missing_field");
            stream.create(2, create -> create.setRevision(compacted));
            var gone = stream.next(2, ResponseCase.REFUSED).getRefused().getError();
            assertThat(gone.getCode()).isEqualTo("compacted");
            assertThat(gone.getGrpcCode()).isEqualTo(Code.OUT_OF_RANGE.value());
            assertThat(gone.getLowestRevision()).isGreaterThan(compacted);

            // The id is free again, and the first watch has not noticed anything.
            stream.create(
                    2, create -> create.setRevision(gone.getLowestRevision()).setKey(key("b")));
            stream.next(2, ResponseCase.CREATED);
            put("a", "3");
            assertThat(stream.events(1).getEvents(0).getPut().getValue()).isEqualTo(text("3"));
        }
    }

    @Test
    void aClientThatHasSentItsLastRequestIsToldOnUntilItsWatchesEnd() throws Exception {
        try (Stream stream = stream()) {
            stream.create(1, create -> create.setKey(key("a")));
            stream.next(1, ResponseCase.CREATED);
            stream.requests.onCompleted();
            put("a", "1");
            assertThat(stream.events(1).getEventsCount()).isEqualTo(1);
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
        try (Stream stream = stream()) {
            int most = 1_024;
            for (int id = 1; id <= most; id++) {
                stream.create(id, create -> create.setKey(key("none")));
            }
            for (int id = 1; id <= most; id++) {
                assertThat(stream.answers
                                .poll(PATIENCE_SECONDS, TimeUnit.SECONDS)
                                .hasCreated())
                        .isTrue();
            }
            stream.create(most + 1, create -> create.setKey(key("none")));
            stream.refused(most + 1, Code.RESOURCE_EXHAUSTED, "overloaded");
        }
        await().untilAsserted(() -> assertThat(slots.connections()).isZero());
    }

    @Test
    void aFieldThatThisServerDoesNotKnowIsRefused() throws Exception {
        try (Stream stream = stream()) {
            var unknown = com.google.protobuf.UnknownFieldSet.newBuilder()
                    .addField(
                            99,
                            com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                                    .addVarint(1)
                                    .build())
                    .build();
            stream.create(4, create -> create.setUnknownFields(unknown));
            stream.refused(4, Code.INVALID_ARGUMENT, "unknown_field");
            assertThat(stream.end).isNotDone();
        } catch (StatusRuntimeException failed) {
            throw new AssertionError(failed);
        }
    }
}
