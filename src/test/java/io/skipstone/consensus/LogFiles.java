package io.skipstone.consensus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.MetadataProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.SizeInBytes;

/** The log of a group, written and read by Ratis' own classes. */
final class LogFiles {
    static final UUID GROUP = new UUID(7, 7);

    private static final long SEGMENT_BYTES = 8L << 20;
    private static final long PREALLOCATED_BYTES = 1L << 20;
    private static final int BUFFER_BYTES = 5 << 20;

    private final Path dir;

    /** Offsets in the segment written last: of each record, and of the end of the last. */
    private List<Long> offsets = List.of();

    LogFiles(Path dir) {
        this.dir = dir;
        try {
            Files.createDirectories(current());
            Files.writeString(current().resolve("raft-meta"), "term=3\nvotedFor=n1\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path current() {
        return dir.resolve(GROUP.toString()).resolve("current");
    }

    RaftLogDirectory directory() {
        return RaftLogDirectory.of(dir, GROUP);
    }

    long offset(int record) {
        return offsets.get(record);
    }

    /** A segment as Ratis leaves it when it is closed. */
    Path closed(long start, byte[]... values) {
        Path open = open(start, values);
        try {
            try (var file = Files.newByteChannel(open, java.nio.file.StandardOpenOption.WRITE)) {
                file.truncate(offsets.getLast());
            }
            return Files.move(open, current().resolve("log_" + start + "-" + (start + values.length - 1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A segment as it is while Ratis runs: with zeros behind the last record. */
    Path open(long start, byte[]... values) {
        Path file = current().resolve("log_inprogress_" + start);
        Path running = current().resolve("running");
        var ends = new ArrayList<Long>();
        long at = 8;
        try {
            try (var out = new SegmentedRaftLogOutputStream(
                    running.toFile(),
                    false,
                    SEGMENT_BYTES,
                    PREALLOCATED_BYTES,
                    ByteBuffer.allocateDirect(BUFFER_BYTES))) {
                ends.add(at);
                for (int i = 0; i < values.length; i++) {
                    LogEntryProto entry = entry(start + i, values[i]);
                    out.write(entry);
                    at += LogRecord.CHECKSUM_BYTES + delimitedSize(entry);
                    ends.add(at);
                }
                out.flush();
                // Closing cuts the zeros off; a crash does not.
                Files.copy(running, file);
            }
            Files.delete(running);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        offsets = ends;
        return file;
    }

    /** Indices of the entries as Ratis reads them. */
    static List<Long> readByRatis(Path segment) throws IOException {
        var indices = new ArrayList<Long>();
        LogSegment.readSegmentFile(
                segment.toFile(),
                LogSegmentPath.matchLogSegment(segment).getStartEnd(),
                SizeInBytes.valueOf("64MB"),
                CorruptionPolicy.EXCEPTION,
                null,
                entry -> indices.add(entry.getIndex()));
        return indices;
    }

    static byte[][] values(int count, int bytes) {
        var random = new java.util.Random(count);
        var values = new byte[count][bytes];
        for (byte[] value : values) {
            random.nextBytes(value);
        }
        return values;
    }

    static byte[][] randomValues(RandomGenerator random) {
        var values = new byte[random.nextInt(1, 60)][];
        for (int i = 0; i < values.length; i++) {
            values[i] = new byte[random.nextInt(20) == 0 ? random.nextInt(400_000) : random.nextInt(3_000)];
            if (random.nextBoolean()) {
                random.nextBytes(values[i]);
            }
        }
        return values;
    }

    private static int delimitedSize(LogEntryProto entry) {
        int size = entry.getSerializedSize();
        return size + org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream.computeUInt32SizeNoTag(size);
    }

    private static LogEntryProto entry(long index, byte[] value) {
        var entry = LogEntryProto.newBuilder().setTerm(index % 1_000).setIndex(index);
        return value.length == 0
                ? entry.setMetadataEntry(MetadataProto.newBuilder().setCommitIndex(index))
                        .build()
                : entry.setStateMachineLogEntry(
                                StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(value)))
                        .build();
    }
}
