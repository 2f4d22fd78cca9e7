package io.skipstone.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InTurnTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Client client = new Client();

    /** The answers to come, by request. */
    private final Map<String, CompletableFuture<String>> answers = new ConcurrentHashMap<>();

    private StreamObserver<String> stream;

    /** What a client got, and how much it may send. */
    private static final class Client extends ServerCallStreamObserver<String> {
        private final List<String> got = new CopyOnWriteArrayList<>();
        private final AtomicInteger maySend = new AtomicInteger();
        private volatile boolean ready = true;
        private volatile Status end = Status.UNKNOWN;
        private volatile Runnable onReady = () -> {};
        private volatile Runnable onCancel = () -> {};

        @Override
        public void onNext(String answer) {
            got.add(answer);
        }

        @Override
        public void onError(Throwable failure) {
            end = Status.fromThrowable(failure);
        }

        @Override
        public void onCompleted() {
            end = Status.OK;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void request(int count) {
            maySend.addAndGet(count);
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            onReady = handler;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            onCancel = handler;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoRequest() {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }

    @BeforeEach
    void begin() throws Exception {
        onLoop(() -> stream = InTurn.begin(
                client,
                request -> answers.computeIfAbsent(request, unanswered -> new CompletableFuture<>()),
                failure -> Status.ABORTED.withDescription(failure.getMessage()).asRuntimeException(),
                context));
    }

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void onLoop(Runnable work) throws Exception {
        var done = new CompletableFuture<Boolean>();
        context.runOnContext(here -> {
            work.run();
            done.complete(true);
        });
        done.get(30, TimeUnit.SECONDS);
    }

    private void send(String... requests) throws Exception {
        onLoop(() -> List.of(requests).forEach(stream::onNext));
    }

    private void answer(String request) throws Exception {
        answers.get(request).complete("answer to " + request);
        // Behind what the answer has put there.
        onLoop(() -> {});
    }

    @Test
    void answersInTheOrderOfTheRequests() throws Exception {
        send("1", "2", "3");
        answer("3");
        answer("2");
        assertThat(client.got).isEmpty();

        answer("1");

        assertThat(client.got).containsExactly("answer to 1", "answer to 2", "answer to 3");
    }

    @Test
    void letsTheClientSendNoMoreThanIsAnswered() throws Exception {
        assertThat(client.maySend).hasValue(InTurn.AT_ONCE);
        send("1", "2");

        answer("2");
        assertThat(client.maySend).hasValue(InTurn.AT_ONCE);
        answer("1");
        assertThat(client.maySend).hasValue(InTurn.AT_ONCE + 2);
    }

    @Test
    void waitsForAClientThatDoesNotTakeItsAnswers() throws Exception {
        client.ready = false;
        send("1");
        answer("1");
        assertThat(client.got).isEmpty();
        assertThat(client.maySend).hasValue(InTurn.AT_ONCE);

        client.ready = true;
        onLoop(client.onReady);

        assertThat(client.got).containsExactly("answer to 1");
    }

    @Test
    void endsOnceTheLastRequestIsAnswered() throws Exception {
        send("1");
        onLoop(stream::onCompleted);
        assertThat(client.end.isOk()).isFalse();

        answer("1");

        assertThat(client.end.isOk()).isTrue();
        assertThat(client.got).hasSize(1);
    }

    @Test
    void tellsAFailureBehindTheAnswersBeforeItAndNothingMore() throws Exception {
        send("1", "2", "3");
        answers.get("2").completeExceptionally(new IllegalStateException("no"));
        answer("3");
        assertThat(client.end.getCode()).isEqualTo(Status.Code.UNKNOWN);

        answer("1");

        assertThat(client.got).containsExactly("answer to 1");
        assertThat(client.end.getCode()).isEqualTo(Status.Code.ABORTED);
        assertThat(client.end.getDescription()).endsWith("no");
    }

    @Test
    void saysNothingToAClientThatWentAway() throws Exception {
        send("1");
        onLoop(client.onCancel);

        answer("1");

        assertThat(client.got).isEmpty();
        assertThat(client.end.getCode()).isEqualTo(Status.Code.UNKNOWN);
    }
}
