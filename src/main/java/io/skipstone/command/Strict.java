package io.skipstone.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.skipstone.model.Bytes;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Invariants;
import io.skipstone.model.Key;

/** Reads what protobuf would let pass: fields from a later version, numbers beyond 63 bits. */
final class Strict {
    private Strict() {}

    /** Refuses fields that a later version has added: to leave them out would be to apply something else. */
    static void known(Message message) {
        if (!message.getUnknownFields().asMap().isEmpty()) {
            throw unknown("field in " + message.getDescriptorForType().getName());
        }
    }

    static InvariantViolation unknown(String what) {
        return new InvariantViolation("unknown " + what + " in format " + CommandCodec.FORMAT
                + ": a newer version may have written it, run that one");
    }

    static long notNegative(long number, String message) {
        Invariants.check(number >= 0, message, number);
        return number;
    }

    static int notNegative(int number, String message) {
        Invariants.check(number >= 0, message, number);
        return number;
    }

    static Key key(ByteString bytes) {
        return new Key(bytes(bytes));
    }

    static Bytes bytes(ByteString bytes) {
        return Bytes.wrap(bytes.toByteArray());
    }
}
