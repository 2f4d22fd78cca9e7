package io.skipstone.api.grpc;

import io.grpc.stub.StreamObserver;
import io.smallrye.mutiny.Uni;

/** The answer to a call of a service that is written on grpc's own observers. */
public final class OneAnswer {
    private OneAnswer() {}

    /** Sends it when it is there, or why there is none. */
    public static <A> void send(Uni<A> answer, StreamObserver<A> client) {
        var _ = answer.subscribe()
                .with(
                        done -> {
                            client.onNext(done);
                            client.onCompleted();
                        },
                        client::onError);
    }
}
