package io.skipstone.command;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.List;
import java.util.function.BiConsumer;

/** Makes what a later version could have written: a field that this one does not know, in each message in turn. */
final class UnknownFields {
    static final UnknownFieldSet ONE = UnknownFieldSet.newBuilder()
            .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();

    private UnknownFields() {}

    /** Hands on the name of each message inside {@code whole}, and a copy of {@code whole} in which that one has the field. */
    static void inEachMessage(Message whole, BiConsumer<String, Message> use) {
        use.accept(
                whole.getDescriptorForType().getName(),
                whole.toBuilder().setUnknownFields(ONE).build());
        whole.getAllFields().forEach((field, value) -> {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                inEachMessageOf(whole, field, value, use);
            }
        });
    }

    private static void inEachMessageOf(
            Message whole, FieldDescriptor field, Object value, BiConsumer<String, Message> use) {
        if (value instanceof List<?> parts) {
            for (int i = 0; i < parts.size(); i++) {
                int index = i;
                inEachMessage(
                        (Message) parts.get(i),
                        (name, part) -> use.accept(
                                name,
                                whole.toBuilder()
                                        .setRepeatedField(field, index, part)
                                        .build()));
            }
        } else {
            inEachMessage(
                    (Message) value,
                    (name, part) -> use.accept(
                            name, whole.toBuilder().setField(field, part).build()));
        }
    }
}
