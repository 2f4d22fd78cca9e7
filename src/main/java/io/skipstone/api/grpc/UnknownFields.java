package io.skipstone.api.grpc;

import com.google.protobuf.Message;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.util.Collection;

/** Refuses requests that say more than this server understands: it may be a condition. */
final class UnknownFields {
    private UnknownFields() {}

    static void refuse(Message message) {
        message.getUnknownFields().asMap().keySet().stream().findFirst().ifPresent(number -> {
            throw new BadRequest(
                    "unknown_field",
                    message.getDescriptorForType().getFullName() + " has a field number " + number
                            + " that is unknown here");
        });
        message.getAllFields().values().forEach(UnknownFields::refuseInside);
    }

    private static void refuseInside(Object value) {
        if (value instanceof Message inner) {
            refuse(inner);
        } else if (value instanceof Collection<?> repeated) {
            repeated.forEach(UnknownFields::refuseInside);
        }
    }
}
