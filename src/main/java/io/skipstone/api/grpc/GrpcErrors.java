package io.skipstone.api.grpc;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.skipstone.api.LeaderHint.Leader;
import io.skipstone.api.Refusal;
import java.util.Optional;

/** Refusals as gRPC statuses with a {@code google.rpc.ErrorInfo} in their details. */
final class GrpcErrors {
    private static final String DOMAIN = "skipstone";

    private GrpcErrors() {}

    /**
     * @param leader another node that may be able to serve, if one is known
     */
    static StatusRuntimeException status(Refusal refusal, Optional<Leader> leader) {
        var info = ErrorInfo.newBuilder()
                .setReason(refusal.code())
                .setDomain(DOMAIN)
                .putMetadata("retryable", Boolean.toString(refusal.retryable()));
        leader.ifPresent(node -> {
            info.putMetadata("leader", node.nodeId());
            node.client().ifPresent(client -> info.putMetadata("leader_client", client));
        });
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(refusal.kind().grpcCode().value())
                .setMessage(refusal.detail())
                .addDetails(Any.pack(info.build()))
                .build());
    }
}
