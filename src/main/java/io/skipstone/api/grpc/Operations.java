package io.skipstone.api.grpc;

import io.skipstone.api.Writes;
import io.skipstone.api.grpc.v1.DeletePrefixOperation;
import io.skipstone.api.grpc.v1.WriteOperation;
import io.skipstone.command.Operation;
import io.skipstone.model.SkipstoneException.BadRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Reads the operations of batches and transactions. */
@Singleton
class Operations {
    private final Writes writes;

    @Inject
    Operations(Writes writes) {
        this.writes = writes;
    }

    Operation of(WriteOperation operation) {
        return switch (operation.getOperationCase()) {
            case PUT -> Requests.put(operation.getPut());
            case DELETE ->
                new Operation.Delete(Requests.key(operation.getDelete().getKey()));
            case DELETE_PREFIX -> deletePrefix(operation.getDeletePrefix());
            case OPERATION_NOT_SET -> throw empty();
        };
    }

    Operation of(io.skipstone.api.grpc.v1.Operation operation) {
        return switch (operation.getOperationCase()) {
            case PUT -> Requests.put(operation.getPut());
            case DELETE ->
                new Operation.Delete(Requests.key(operation.getDelete().getKey()));
            case DELETE_PREFIX -> deletePrefix(operation.getDeletePrefix());
            case GET -> new Operation.Get(Requests.key(operation.getGet().getKey()));
            case OPERATION_NOT_SET -> throw empty();
        };
    }

    private Operation deletePrefix(DeletePrefixOperation operation) {
        return writes.deletePrefix(
                Requests.bytes(operation.getPrefix()), Requests.bytes(operation.getExclude()), operation.getAll());
    }

    private static BadRequest empty() {
        return new BadRequest("missing_field", "an operation says nothing");
    }
}
