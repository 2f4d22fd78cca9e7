package io.skipstone.powerloss;

import io.skipstone.model.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a process did to the files below one directory, in the order it happened; written by src/test/c/recorder.c. */
public record Trace(List<Op> ops) {
    private static final int HEAD_BYTES = 25;

    public Trace {
        ops = List.copyOf(ops);
    }

    /** One record; its number is its place in the list. */
    public sealed interface Op {
        /** A new file under this name. */
        record Create(int file, String name) implements Op {}

        /** A directory was opened, and has this number in {@link SyncBegin}. */
        record OpenDirectory(int file, String name) implements Op {}

        /** Bytes went to the page cache, or with O_DSYNC are on their way to the disk. */
        record Write(int file, long offset, Bytes bytes) implements Op {}

        /** The write with this number is on the disk. */
        record Durable(int file, int write) implements Op {}

        record SyncBegin(int file) implements Op {}

        /** What was written before the record numbered {@code begin} is on the disk. */
        record SyncEnd(int file, int begin) implements Op {}

        record Truncate(int file, long length) implements Op {}

        record Rename(String from, String to) implements Op {}

        record Unlink(String name) implements Op {}

        record MakeDirectory(String name) implements Op {}

        /** Said by the workload. */
        record Mark(String text) implements Op {}
    }

    /** Reads a whole trace. Fails on what the recorder could not follow: a replay would be wrong. */
    public static Trace read(Path file) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            var ops = new ArrayList<Op>();
            while (bytes.remaining() >= HEAD_BYTES) {
                ops.add(next(bytes));
            }
            return new Trace(ops);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Op next(ByteBuffer bytes) {
        int type = bytes.get();
        int file = bytes.getInt();
        long a = bytes.getLong();
        bytes.getLong();
        byte[] rest = new byte[bytes.getInt()];
        bytes.get(rest);
        return switch (type) {
            case 1 -> new Op.Create(file, text(rest));
            case 2 -> new Op.Write(file, a, Bytes.wrap(rest));
            case 3 -> new Op.Durable(file, Math.toIntExact(a));
            case 4 -> new Op.SyncBegin(file);
            case 5 -> new Op.SyncEnd(file, Math.toIntExact(a));
            case 6 -> new Op.Truncate(file, a);
            case 7 -> rename(text(rest).split("\0", 2));
            case 8 -> new Op.Unlink(text(rest));
            case 9 -> new Op.MakeDirectory(text(rest));
            case 10 -> new Op.Mark(text(rest).strip());
            case 12 -> new Op.OpenDirectory(file, text(rest));
            default -> throw new IllegalStateException("the recorder cannot follow this: " + text(rest));
        };
    }

    private static Op rename(String[] names) {
        return new Op.Rename(names[0], names[1]);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
