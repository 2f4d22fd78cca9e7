package io.skipstone.api.etcd.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import java.util.Optional;

/** Errors in the form of etcd's gateway, which names the text twice. */
final class ErrorJson {
    private ErrorJson() {}

    /** The whole answer to a request. */
    static String whole(Status status) {
        String text = text(status);
        return object().put("error", text)
                .put("message", text)
                .put("code", status.getCode().value())
                .toString();
    }

    /** The last line of a stream. */
    static String ofStream(Status status) {
        ObjectNode error = object();
        error.putObject("error")
                .put("grpc_code", status.getCode().value())
                .put("http_code", HttpStatus.of(status.getCode()))
                .put("message", text(status));
        return error.toString();
    }

    private static String text(Status status) {
        return Optional.ofNullable(status.getDescription())
                .orElse(status.getCode().name());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
