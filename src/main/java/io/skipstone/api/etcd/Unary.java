package io.skipstone.api.etcd;

import io.grpc.stub.StreamObserver;
import io.smallrye.mutiny.Uni;

/** Answers a call with one answer on grpc's own observers: in services that have others, of which more is asked. */
final class Unary {
    private Unary() {}

    static <A> void answer(Uni<A> answer, StreamObserver<A> client) {
        var _ = answer.subscribe()
                .with(
                        found -> {
                            client.onNext(found);
                            client.onCompleted();
                        },
                        client::onError);
    }
}
