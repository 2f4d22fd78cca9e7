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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The bytes of a log entry and of a remembered outcome; {@code docs/formats.md} draws them.
 *
 * <p>An entry is one format byte, eight bytes of commit timestamp (big-endian, zero until the leader stamps them) and a
 * protobuf {@code Entry}. Several that stand at one place of the log are a bundle. Reading is strict: a format, command or field that this
 * node does not know stops it, because a node that applies half of an entry is no longer a replica.
 */
public final class CommandCodec {
    /** Of one entry. */
    public static final int FORMAT = 1;

    /** Of several entries that stand at one place of the log, one behind the other. */
    public static final int BUNDLE_FORMAT = 2;

    /**
     * Version of all that this node writes into the log and reads there: one more with each command, operation or field that is added,
     * and with each format. Members of one group have the same one.
     */
    public static final int VERSION = 3;

    /** Bytes in front of the protobuf message. */
    public static final int HEADER_BYTES = 1 + Long.BYTES;

    /** Bytes in front of each entry of a bundle: its length. */
    public static final int BUNDLED_BYTES = Integer.BYTES;

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
     * The bytes to propose for several entries together, not yet stamped. One alone stands as it is.
     *
     * @param entries as {@link #encode} made them; at least one
     */
    public static byte[] bundle(List<byte[]> entries) {
        if (entries.size() == 1) {
            return entries.getFirst();
        }
        int length = 1
                + Integer.BYTES
                + entries.stream()
                        .mapToInt(entry -> BUNDLED_BYTES + entry.length)
                        .sum();
        ByteBuffer bundle =
                ByteBuffer.allocate(length).put((byte) BUNDLE_FORMAT).putInt(entries.size());
        entries.forEach(entry -> bundle.putInt(entry.length).put(entry));
        return bundle.array();
    }

    /**
     * Puts the commit timestamps of all its entries into their slots, in place and in order. Once per array: stamped bytes may already
     * stand in a log, so a proposal that is repeated is stamped in a fresh copy.
     *
     * @param commitTs gives the next one
     */
    public static void stamp(byte[] bundle, Supplier<Timestamp> commitTs) {
        for (ByteBuffer entry : entries(bundle)) {
            Timestamp next = commitTs.get();
            int slot = entry.position() + 1;
            Invariants.check(!next.isNone(), "a log entry is stamped with no timestamp");
            Invariants.check(entry.getLong(slot) == 0, "the log entry is stamped already: {}", entry.getLong(slot));
            entry.putLong(slot, next.bits());
        }
    }

    /**
     * Reads what stands at one place of the log: one stamped entry or several.
     *
     * @return in order; at least one
     * @throws InvariantViolation the bytes are not what this version could have written
     */
    public static List<LogEntry> decode(byte[] bundle) {
        return entries(bundle).stream().map(CommandCodec::stamped).toList();
    }

    private static LogEntry stamped(ByteBuffer entry) {
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
        LogEntry decoded = read(ByteBuffer.wrap(entry));
        Invariants.check(
                decoded.commitTs().isNone(),
                "the log entry is stamped already: {}",
                decoded.commitTs().bits());
        return decoded;
    }

    private static LogEntry read(ByteBuffer entry) {
        checkHeader(entry);
        int at = entry.position();
        var commitTs = new Timestamp(entry.getLong(at + 1));
        return strictly("log entry", () -> {
            var message = EntryProto.Entry.parser().parseFrom(entry.duplicate().position(at + HEADER_BYTES));
            return CommandDecoder.entry(commitTs, message);
        });
    }

    /** Each from its position to its limit, in the same array. */
    private static List<ByteBuffer> entries(byte[] bundle) {
        ByteBuffer all = ByteBuffer.wrap(bundle);
        if (bundle.length == 0 || bundle[0] != BUNDLE_FORMAT) {
            checkHeader(all);
            return List.of(all);
        }
        Invariants.check(all.remaining() > Integer.BYTES, "a bundle of log entries in {} bytes", bundle.length);
        int count = all.position(1).getInt();
        Invariants.check(count > 1, "a bundle of {} log entries", count);
        var entries = new ArrayList<ByteBuffer>();
        while (entries.size() < count) {
            entries.add(nextOf(all));
        }
        Invariants.check(!all.hasRemaining(), "{} bytes behind the last of {} log entries", all.remaining(), count);
        return entries;
    }

    private static ByteBuffer nextOf(ByteBuffer bundle) {
        int left = bundle.remaining() - BUNDLED_BYTES;
        Invariants.check(left >= 0, "a bundle of log entries ends within a length");
        int length = bundle.getInt();
        Invariants.check(
                length >= 0 && length <= left, "a log entry of {} bytes in a bundle with {} left", length, left);
        ByteBuffer entry = bundle.duplicate().limit(bundle.position() + length);
        checkHeader(entry);
        bundle.position(entry.limit());
        return entry;
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

    private static void checkHeader(ByteBuffer entry) {
        Invariants.check(entry.remaining() > HEADER_BYTES, "a log entry of {} bytes has no command", entry.remaining());
        byte format = entry.get(entry.position());
        Invariants.check(
                format == FORMAT,
                "log entry of format {}, this node knows {}: a newer version may have written it, run that one",
                format,
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
