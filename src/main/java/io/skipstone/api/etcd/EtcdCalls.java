package io.skipstone.api.etcd;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.skipstone.api.grpc.Calls;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** What every call passes through: the answer back on the event loop, errors in etcd's words. Fields that are unknown here are passed over. */
@Singleton
class EtcdCalls {
    private static final Logger LOG = Logger.getLogger(EtcdCalls.class);

    private final Calls calls;

    @Inject
    EtcdCalls(Calls calls) {
        this.calls = calls;
    }

    /**
     * Answers one call.
     *
     * @param work may throw what its stage may fail with
     */
    <Q, A> Uni<A> answer(Q request, Function<Q, CompletionStage<A>> work) {
        return calls.answer(() -> work.apply(request), EtcdCalls::status);
    }

    /** How a call that failed is answered. */
    static StatusRuntimeException status(Throwable failure) {
        StatusRuntimeException status = EtcdErrors.status(failure);
        if (status.getStatus().getCode() == Code.INTERNAL) {
            LOG.error("a call of etcd's API failed", failure);
        }
        return status;
    }
}
