package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** What may have happened to the log of a stopped node; each changes its open segment as a power loss would. */
public final class LogDamage {
    private static final int TORN_ENTRY_BYTES = 2_000;
    private static final int BYTES_THAT_ARRIVED = 300;

    private LogDamage() {}

    /** The beginning of an entry follows the last one: its write was cut off, and nobody was told of it. */
    public static void tear(Path groupDir) throws IOException {
        SegmentName segment = openSegment(groupDir);
        long end = SegmentScan.read(segment).soundBytes();
        ByteBuffer torn = ByteBuffer.allocate(BYTES_THAT_ARRIVED);
        Arrays.fill(torn.array(), (byte) 0x5a);
        torn.put(0, (byte) (0x80 | (TORN_ENTRY_BYTES & 0x7f))).put(1, (byte) (TORN_ENTRY_BYTES >> 7));
        try (FileChannel file = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
            file.truncate(end);
            file.write(torn, end);
        }
    }

    /** The last entries never arrived. */
    public static void loseLast(Path groupDir, int entries) throws IOException {
        SegmentName segment = openSegment(groupDir);
        SegmentScan.Found found = SegmentScan.read(segment);
        assertThat(found.entries()).isGreaterThan(entries);
        byte[] bytes = Files.readAllBytes(segment.file());
        int at = SegmentScan.HEADER.length;
        for (long kept = 0; kept < found.entries() - entries; kept++) {
            at += LogRecord.sizeBytes(bytes, at, bytes.length);
        }
        try (FileChannel file = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
            file.truncate(at);
        }
    }

    private static SegmentName openSegment(Path groupDir) throws IOException {
        try (Stream<Path> files = Files.list(groupDir.resolve("current"))) {
            return files.map(SegmentName::of)
                    .flatMap(Optional::stream)
                    .filter(SegmentName::isOpen)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
