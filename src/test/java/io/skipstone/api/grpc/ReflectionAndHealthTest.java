package io.skipstone.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.MutinyServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.smallrye.mutiny.Multi;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(OneNode.class)
class ReflectionAndHealthTest extends GrpcTest {
    @Test
    void reflectionListsTheServices() {
        ServerReflectionResponse answer =
                reflect(ServerReflectionRequest.newBuilder().setListServices("").build());

        assertThat(answer.getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .contains(
                        "skipstone.v1.KeyValue",
                        "skipstone.v1.Txn",
                        "skipstone.v1.Admin",
                        "skipstone.v1.Snapshot",
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
    }

    @Test
    void reflectionDescribesAService() {
        ServerReflectionResponse answer = reflect(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("skipstone.v1.KeyValue")
                .build());

        assertThat(answer.getFileDescriptorResponse().getFileDescriptorProtoCount())
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "skipstone.v1.KeyValue",
                "skipstone.v1.Txn",
                "skipstone.v1.Admin",
                "skipstone.v1.Cluster",
                "skipstone.v1.Lease",
                "etcdserverpb.KV",
                "etcdserverpb.Watch",
                "v3lockpb.Lock"
            })
    void aReadyNodeServes(String service) {
        var answer = HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.newBuilder().setService(service).build());

        assertThat(answer.getStatus()).isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void anUnknownServiceIsNotFound() {
        assertThatThrownBy(() -> HealthGrpc.newBlockingStub(channel)
                        .check(HealthCheckRequest.newBuilder()
                                .setService("nope")
                                .build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Code.NOT_FOUND));
    }

    @Test
    void aWatcherIsToldAtOnce() {
        var answers = HealthGrpc.newBlockingStub(channel).watch(HealthCheckRequest.getDefaultInstance());

        assertThat(answers.next().getStatus()).isEqualTo(ServingStatus.SERVING);
    }

    private ServerReflectionResponse reflect(ServerReflectionRequest request) {
        return MutinyServerReflectionGrpc.newMutinyStub(channel)
                .serverReflectionInfo(Multi.createFrom().item(request))
                .toUni()
                .await()
                .atMost(Duration.ofSeconds(20));
    }
}
