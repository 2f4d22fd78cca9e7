package io.skipstone.api.grpc;

import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import grpc.health.v1.MutinyHealthGrpc;
import io.grpc.Status;
import io.quarkus.grpc.GrpcService;
import io.skipstone.model.StatusSource;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;

/**
 * The standard health service: a service serves while the node is ready.
 *
 * <p>Extends the generated base and names its scope, because Quarkus passes over the package of the generated interface when it
 * looks for services.
 */
@Singleton
@GrpcService
public class HealthService extends MutinyHealthGrpc.HealthImplBase {
    /** How often a watched status is looked at. */
    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

    private static final Set<String> SERVICES = Set.of(
            "",
            "skipstone.v1.KeyValue",
            "skipstone.v1.Txn",
            "skipstone.v1.Admin",
            "skipstone.v1.Cluster",
            "skipstone.v1.Lease",
            "skipstone.v1.Watch",
            "etcdserverpb.KV",
            "etcdserverpb.Watch",
            "etcdserverpb.Lease",
            "etcdserverpb.Cluster",
            "etcdserverpb.Maintenance",
            "etcdserverpb.Auth",
            "v3lockpb.Lock",
            "v3electionpb.Election",
            "grpc.health.v1.Health");

    private final StatusSource status;

    @Inject
    HealthService(StatusSource status) {
        this.status = status;
    }

    @Override
    public Uni<HealthCheckResponse> check(HealthCheckRequest request) {
        if (!SERVICES.contains(request.getService())) {
            return Uni.createFrom()
                    .failure(Status.NOT_FOUND
                            .withDescription("this node has no such service")
                            .asRuntimeException());
        }
        return Uni.createFrom().item(answer(request));
    }

    @Override
    public Multi<HealthCheckResponse> watch(HealthCheckRequest request) {
        return Multi.createFrom()
                .ticks()
                .every(WATCH_INTERVAL)
                .onOverflow()
                .drop()
                .map(tick -> answer(request))
                .skip()
                .repetitions();
    }

    private HealthCheckResponse answer(HealthCheckRequest request) {
        return HealthCheckResponse.newBuilder()
                .setStatus(serving(request.getService()))
                .build();
    }

    private ServingStatus serving(String service) {
        if (!SERVICES.contains(service)) {
            return ServingStatus.UNKNOWN;
        }
        return status.status().isReady() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }
}
