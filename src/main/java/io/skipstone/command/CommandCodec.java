package io.skipstone.command;

import com.google.protobuf.InvalidProtocolBufferException;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.log.EntryProto;
import io.skipstone.model.Bytes;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Invariants;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.Timestamp;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The bytes of a log entry and of a remembered outcome; {@code docs/formats.md} draws them.
 *
 * <p>An entry is one format byte, eight bytes of commit timestamp (big-endian, zero until the leader stamps them) and a
 * protobuf {@code Entry}. Reading is strict: a format, command or field that this node does not know stops it, because a
 * node that applies half of an entry is no longer a replica.
 */
public final class CommandCodec {
    /** The only format there is. */
    public static final int FORMAT = 1;

    /**
     * Version of all that this node writes into the log and reads there: one more with each command, operation or field that is added,
     * and with each format. Members of one group have the same one.
     */
    public static final int VERSION = 2;

    /** Bytes in front of the protobuf message. */
    public static final int HEADER_BYTES = 1 + Long.BYTES;

    private CommandCodec() {}

    /** The bytes to propose, not yet stamped. Equal commands have equal bytes. */
    public static byte[] encode(Once once, Command command) {
        byte[] message = CommandEncoder.entry(once, command).toByteArray();
        byte[] entry = new byte[HEADER_BYTES + message.length];
        entry[0] = FORMAT;
        System.arraycopy(message, 0, entry, HEADER_BYTES, message.length);
        return entry;
    }

    /**
     * Puts the commit timestamp into its slot, in place. Once per array: stamped bytes may already stand in a log, so a
     * proposal that is repeated is stamped in a fresh copy.
     */
    public static void stamp(byte[] entry, Timestamp commitTs) {
        checkHeader(entry);
        Invariants.check(!commitTs.isNone(), "a log entry is stamped with no timestamp");
        ByteBuffer buffer = ByteBuffer.wrap(entry);
        Invariants.check(buffer.getLong(1) == 0, "the log entry is stamped already: {}", buffer.getLong(1));
        buffer.putLong(1, commitTs.bits());
    }

    /**
     * Reads a stamped entry.
     *
     * @throws InvariantViolation the bytes are not an entry that this version could have written
     */
    public static LogEntry decode(byte[] entry) {
        LogEntry decoded = read(entry);
        Invariants.check(!decoded.commitTs().isNone(), "the log entry was never stamped");
        return decoded;
    }

    /**
     * Reads an entry that another member asks this one to propose; its timestamp is {@link Timestamp#NONE}.
     *
     * @throws InvariantViolation the bytes are not an entry that this version could have written, or it is stamped already
     */
    public static LogEntry decodeUnstamped(byte[] entry) {
        LogEntry decoded = read(entry);
        Invariants.check(
                decoded.commitTs().isNone(),
                "the log entry is stamped already: {}",
                decoded.commitTs().bits());
        return decoded;
    }

    private static LogEntry read(byte[] entry) {
        checkHeader(entry);
        var commitTs = new Timestamp(ByteBuffer.wrap(entry).getLong(1));
        return strictly("log entry", () -> {
            var message = EntryProto.Entry.parser().parseFrom(entry, HEADER_BYTES, entry.length - HEADER_BYTES);
            return CommandDecoder.entry(commitTs, message);
        });
    }

    /** The bytes under which an outcome is remembered. */
    public static byte[] encodeOutcome(Outcome outcome) {
        return OutcomeEncoder.outcome(outcome).toByteArray();
    }

    /**
     * Reads an outcome.
     *
     * @throws InvariantViolation the bytes are not an outcome that this version could have written
     */
    public static Outcome decodeOutcome(byte[] outcome) {
        return strictly(
                "outcome",
                () -> OutcomeDecoder.outcome(EntryProto.OutcomeRecord.parser().parseFrom(outcome)));
    }

    /**
     * Tells commands apart: SHA-256, 32 bytes, over the protobuf message without idempotency key. The format byte is left
     * out, so that a repetition is recognised across an upgrade.
     */
    public static Bytes fingerprint(Command command) {
        byte[] message = CommandEncoder.entry(Once.EACH_TIME, command).toByteArray();
        try {
            return Bytes.wrap(MessageDigest.getInstance("SHA-256").digest(message));
        } catch (NoSuchAlgorithmException e) {
            throw new InvariantViolation("this Java has no SHA-256", e);
        }
    }

    private static void checkHeader(byte[] entry) {
        Invariants.check(entry.length > HEADER_BYTES, "a log entry of {} bytes has no command", entry.length);
        Invariants.check(
                entry[0] == FORMAT,
                "log entry of format {}, this node knows {}: a newer version may have written it, run that one",
                entry[0],
                FORMAT);
    }

    private static <T> T strictly(String what, Reading<T> reading) {
        try {
            return reading.read();
        } catch (InvalidProtocolBufferException e) {
            throw new InvariantViolation("the " + what + " is damaged: " + e.getMessage(), e);
        } catch (SkipstoneException e) {
            // A key or range that no request could have brought this far.
            throw new InvariantViolation("the " + what + " is impossible: " + e.code(), e);
        }
    }

    /** Reads bytes that may be damaged. */
    private interface Reading<T> {
        T read() throws InvalidProtocolBufferException;
    }
}
