package io.skipstone.api.etcd;

import io.quarkus.grpc.GrpcService;
import io.skipstone.api.etcd.v3.Auth;
import io.skipstone.api.etcd.v3.AuthDisableRequest;
import io.skipstone.api.etcd.v3.AuthDisableResponse;
import io.skipstone.api.etcd.v3.AuthEnableRequest;
import io.skipstone.api.etcd.v3.AuthEnableResponse;
import io.skipstone.api.etcd.v3.AuthStatusRequest;
import io.skipstone.api.etcd.v3.AuthStatusResponse;
import io.skipstone.api.etcd.v3.AuthenticateRequest;
import io.skipstone.api.etcd.v3.AuthenticateResponse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;

/** {@code etcdserverpb.Auth}, as an etcd answers that has no users: nobody is asked who they are. */
@GrpcService
public class AuthService implements Auth {
    /** That of an etcd in which nothing of its users was ever changed. */
    private static final long FIRST_AUTH_REVISION = 1;

    private final EtcdCalls calls;
    private final EtcdHeader header;

    @Inject
    AuthService(EtcdCalls calls, EtcdHeader header) {
        this.calls = calls;
        this.header = header;
    }

    /** There is no user root, and none can be made. */
    @Override
    public Uni<AuthEnableResponse> authEnable(AuthEnableRequest request) {
        return refuse(request, EtcdError.NO_ROOT_USER);
    }

    @Override
    public Uni<AuthDisableResponse> authDisable(AuthDisableRequest request) {
        return calls.answer(
                request,
                _ -> CompletableFuture.completedStage(
                        AuthDisableResponse.newBuilder().setHeader(header.now()).build()));
    }

    @Override
    public Uni<AuthStatusResponse> authStatus(AuthStatusRequest request) {
        return calls.answer(
                request,
                _ -> CompletableFuture.completedStage(AuthStatusResponse.newBuilder()
                        .setHeader(header.now())
                        .setEnabled(false)
                        .setAuthRevision(FIRST_AUTH_REVISION)
                        .build()));
    }

    @Override
    public Uni<AuthenticateResponse> authenticate(AuthenticateRequest request) {
        return refuse(request, EtcdError.AUTH_NOT_ENABLED);
    }

    private <Q, A> Uni<A> refuse(Q request, EtcdError why) {
        return calls.answer(request, _ -> CompletableFuture.failedStage(why.refusal()));
    }
}
