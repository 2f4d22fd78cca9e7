package io.skipstone.consensus;

import io.skipstone.snapshot.LogExtent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.SizeInBytes;

/** The log of one group on disk, while Ratis does not run. */
public final class RaftLogDirectory {
    private static final String VOTE_FILE = "raft-meta";

    /** As Ratis 3.3.0 names its segments. */
    private static final Pattern SEGMENT =
            Pattern.compile("log_(?:inprogress_(?<open>\\d+)|(?<start>\\d+)-(?<end>\\d+))");

    /** Larger than any entry this node would write: a reader that only looks has no limit of its own. */
    private static final SizeInBytes MAX_ENTRY = SizeInBytes.valueOf("64MB");

    private final Path groupDir;

    private RaftLogDirectory(Path groupDir) {
        this.groupDir = groupDir;
    }

    /**
     * The log of that group, whether there is one or not.
     *
     * @param dir as in {@link RaftConfig}
     */
    public static RaftLogDirectory of(Path dir, UUID groupId) {
        return new RaftLogDirectory(dir.resolve(groupId.toString()));
    }

    /**
     * Which entries are there. Closed segments say it in their names; the open one is read to its end.
     *
     * @throws IOException the log cannot be read, or is damaged in the open segment
     */
    public LogExtent extent() throws IOException {
        boolean hasVote = Files.exists(current().resolve(VOTE_FILE));
        long start = -1;
        long end = -1;
        for (Segment segment : segments()) {
            long segmentEnd = segment.end().isPresent() ? segment.end().getAsLong() : endOfOpen(segment);
            if (segmentEnd >= segment.start()) {
                start = start < 0 ? segment.start() : start;
                end = segmentEnd;
            }
        }
        return new LogExtent(start, end, hasVote);
    }

    /**
     * Moves the entries out of Ratis' sight and keeps them, with the vote and the configuration left in place. On return this
     * survives a power loss.
     *
     * @return where they are now
     */
    public Path moveEntriesAside() throws IOException {
        Path aside = freeName();
        Files.createDirectories(aside);
        for (Segment segment : segments()) {
            Files.move(segment.file(), aside.resolve(segment.file().getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
        force(aside);
        force(current());
        force(groupDir);
        return aside;
    }

    private Path freeName() {
        int number = 1;
        while (Files.exists(groupDir.resolve("log-aside-" + number))) {
            number++;
        }
        return groupDir.resolve("log-aside-" + number);
    }

    private Path current() {
        return groupDir.resolve("current");
    }

    /** Segments with anything in them, in log order. Ratis' own listing would delete empty files; looking changes nothing. */
    private List<Segment> segments() throws IOException {
        if (!Files.isDirectory(current())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(current())) {
            return files.filter(file -> file.toFile().length() > 0)
                    .map(RaftLogDirectory::segment)
                    .flatMap(Optional::stream)
                    .sorted(Comparator.comparingLong(Segment::start))
                    .toList();
        }
    }

    private static Optional<Segment> segment(Path file) {
        Matcher name = SEGMENT.matcher(String.valueOf(file.getFileName()));
        if (!name.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                name.group("open") != null
                        ? new Segment(file, Long.parseLong(name.group("open")), OptionalLong.empty())
                        : new Segment(
                                file,
                                Long.parseLong(name.group("start")),
                                OptionalLong.of(Long.parseLong(name.group("end")))));
    }

    private static long endOfOpen(Segment segment) throws IOException {
        var end = new AtomicLong(segment.start() - 1);
        LogSegment.readSegmentFile(
                segment.file().toFile(),
                LogSegmentPath.matchLogSegment(segment.file()).getStartEnd(),
                MAX_ENTRY,
                CorruptionPolicy.EXCEPTION,
                null,
                entry -> end.set(entry.getIndex()));
        return end.get();
    }

    /**
     * @param end empty while the segment is written to
     */
    private record Segment(Path file, long start, OptionalLong end) {}

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
