package io.skipstone.api.grpc;

import com.google.protobuf.Message;
import io.grpc.StatusRuntimeException;
import io.skipstone.api.ErrorMapping;
import io.skipstone.api.LeaderHint;
import io.skipstone.api.LoopTurns;
import io.skipstone.api.Refusal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** What every call passes through: a strict look at the request, the answer back on the event loop, typed errors. */
@Singleton
public class Calls {
    private static final Logger LOG = Logger.getLogger(Calls.class);

    private final LeaderHint leader;
    private final LoopTurns turns;
    private final Vertx vertx;

    @Inject
    Calls(LeaderHint leader, LoopTurns turns, Vertx vertx) {
        this.leader = leader;
        this.turns = turns;
        this.vertx = vertx;
    }

    /**
     * Answers one call.
     *
     * @param work may throw what its stage may fail with
     */
    <Q extends Message, A> Uni<A> answer(Q request, Function<Q, CompletionStage<A>> work) {
        return answer(
                () -> {
                    UnknownFields.refuse(request);
                    return work.apply(request);
                },
                this::status);
    }

    /**
     * Answers one call of a protocol that has errors of its own.
     *
     * @param work may throw what its stage may fail with
     * @param status how a call that failed is answered
     */
    public <A> Uni<A> answer(
            Supplier<CompletionStage<A>> work, Function<Throwable, ? extends StatusRuntimeException> status) {
        Context context = vertx.getOrCreateContext();
        return Uni.createFrom()
                .completionStage(work)
                .invoke(answer -> turns.await(bytes(answer), context))
                .emitOn(task -> context.runOnContext(here -> task.run()))
                .onFailure()
                .transform(status);
    }

    private static int bytes(Object answer) {
        return answer instanceof Message message ? message.getSerializedSize() : 0;
    }

    /** How a call that failed is answered. */
    StatusRuntimeException status(Throwable failure) {
        Refusal refusal = ErrorMapping.refusal(failure);
        if (refusal.kind() == ErrorMapping.INTERNAL) {
            LOG.error("a gRPC call failed", failure);
        }
        return GrpcErrors.status(refusal, leader.elsewhere(refusal));
    }
}
