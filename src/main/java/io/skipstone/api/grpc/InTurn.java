package io.skipstone.api.grpc;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A stream on which each request is answered, in the order of the requests. On its event loop. Some are worked on at once; further ones are
 * taken when those have been answered and the client has taken the answers, so a client that sends faster than it is answered waits. (The
 * streams of Quarkus' stubs ask for everything at once.)
 *
 * @param <Q> a request
 * @param <A> its answer
 */
public final class InTurn<Q, A> implements StreamObserver<Q> {
    /** Requests that are worked on at once. */
    static final int AT_ONCE = 64;

    private final ServerCallStreamObserver<A> client;
    private final Function<Q, CompletionStage<A>> work;
    private final Function<Throwable, ? extends StatusRuntimeException> status;
    private final Context context;

    /** What is worked on, and what waits for an answer before it or for the client. */
    private final Deque<CompletableFuture<A>> answers = new ArrayDeque<>();

    private boolean isHalfClosed;
    private boolean ended;

    private InTurn(
            ServerCallStreamObserver<A> client,
            Function<Q, CompletionStage<A>> work,
            Function<Throwable, ? extends StatusRuntimeException> status,
            Context context) {
        this.client = client;
        this.work = work;
        this.status = status;
        this.context = context;
    }

    /**
     * Begins to answer.
     *
     * @param work may throw what its stage may fail with; then the stream ends, once what came before is answered
     * @param status how that is told
     * @return to be told what the client sends
     */
    public static <Q, A> StreamObserver<Q> begin(
            StreamObserver<A> client,
            Function<Q, CompletionStage<A>> work,
            Function<Throwable, ? extends StatusRuntimeException> status,
            Context context) {
        var call = new InTurn<>((ServerCallStreamObserver<A>) client, work, status, context);
        call.client.disableAutoRequest();
        call.client.setOnReadyHandler(call::send);
        call.client.setOnCancelHandler(call::end);
        call.client.request(AT_ONCE);
        return call;
    }

    @Override
    public void onNext(Q request) {
        if (ended) {
            return;
        }
        CompletableFuture<A> answer = start(request);
        answers.add(answer);
        var _ = answer.whenComplete((done, failure) -> context.runOnContext(here -> send()));
    }

    private CompletableFuture<A> start(Q request) {
        try {
            return work.apply(request).toCompletableFuture();
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private void send() {
        while (!ended
                && client.isReady()
                && !answers.isEmpty()
                && answers.getFirst().isDone()) {
            send(answers.removeFirst());
        }
        if (!ended && isHalfClosed && answers.isEmpty()) {
            ended = true;
            client.onCompleted();
        }
    }

    private void send(CompletableFuture<A> answer) {
        Optional<StatusRuntimeException> refusal = answer.handle(
                        (done, failure) -> Optional.ofNullable(failure).<StatusRuntimeException>map(status))
                .join();
        if (refusal.isPresent()) {
            end();
            client.onError(refusal.get());
        } else {
            client.onNext(answer.join());
            client.request(1);
        }
    }

    @Override
    public void onError(Throwable lost) {
        end();
    }

    @Override
    public void onCompleted() {
        isHalfClosed = true;
        send();
    }

    /** Nobody listens any more. */
    private void end() {
        ended = true;
        answers.clear();
    }
}
