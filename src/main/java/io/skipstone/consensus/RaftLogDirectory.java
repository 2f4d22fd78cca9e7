package io.skipstone.consensus;

import io.skipstone.model.Bytes;
import io.skipstone.model.Failpoint;
import io.skipstone.snapshot.LogExtent;
import io.skipstone.snapshot.LogFlaw;
import io.skipstone.snapshot.Voters;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The log of one group on disk, while Ratis does not run. Looking changes nothing; each change survives a power loss when the method
 * returns, and can be repeated if a crash came before.
 */
public final class RaftLogDirectory {
    private static final String VOTE_FILE = "raft-meta";
    private static final String CONFIGURATION_FILE = "raft-meta.conf";

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
     * Which entries are there, and what of them cannot be read. Reads the whole log, which a pin keeps short.
     *
     * @throws IOException the disk does not say
     */
    public LogExtent extent() throws IOException {
        return LogSurvey.of(segments(), hasVote(), Files.exists(current().resolve(CONFIGURATION_FILE)));
    }

    /** An empty file says no more than none: Ratis would not start on it. */
    private boolean hasVote() throws IOException {
        Path file = current().resolve(VOTE_FILE);
        return Files.exists(file) && Files.size(file) > 0;
    }

    /**
     * Whether this node has the only vote of the group, as the store and Ratis' own file say; if either says otherwise, it has not.
     *
     * @param self this node, as Ratis names it
     * @param ofStore the configuration in the store's meta record; empty if the store does not know
     * @param formed when nothing is known: as the group was when this directory came to it
     */
    public Voters voters(String self, Bytes ofStore, Voters formed) throws IOException {
        return VotersOnDisk.of(self, ofStore, current().resolve(CONFIGURATION_FILE), formed);
    }

    /**
     * Makes what was read survive a power loss. A process that was killed may have left entries in the page cache only; Ratis takes all
     * it reads for forced, and forces a segment again only if it appends to it.
     */
    public void makeDurable() throws IOException {
        for (SegmentName segment : segments()) {
            if (segment.isOpen()) {
                force(segment.file());
            }
        }
        force(current());
    }

    /**
     * Moves all entries out of Ratis' sight and keeps them, with the vote and the configuration left in place.
     *
     * @return where they are now
     */
    public Path moveEntriesAside() throws IOException {
        return moveAside(_ -> true);
    }

    /**
     * Moves the entries before that one out of Ratis' sight and keeps them: what a purge would have deleted.
     *
     * @param first where the log begins from now on; a segment begins there
     * @return where they are now
     */
    public Path moveFrontAside(long first) throws IOException {
        return moveAside(segment -> segment.start() < first);
    }

    /**
     * Ends the log before a tail that cannot be read, and keeps a copy of the tail.
     *
     * @param tail as {@link #extent} found it
     * @return where the copy is
     */
    public Path cut(LogFlaw tail) throws IOException {
        Path segment = current().resolve(tail.file());
        Path aside = freeName();
        Files.createDirectories(aside);
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            copyTail(file, tail.offset(), aside.resolve(tail.file() + ".from-" + tail.offset()));
            force(aside);
            force(groupDir);
            Failpoint.START_TAIL_COPIED.hit();
            file.truncate(tail.offset());
            file.force(true);
        }
        Failpoint.START_TAIL_CUT.hit();
        return aside;
    }

    private static void copyTail(FileChannel from, long offset, Path to) throws IOException {
        try (FileChannel copy = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long at = offset;
            while (at < from.size()) {
                at += from.transferTo(at, from.size() - at, copy);
            }
            copy.force(true);
        }
    }

    private Path moveAside(Predicate<SegmentName> which) throws IOException {
        Path aside = freeName();
        Files.createDirectories(aside);
        force(groupDir);
        for (SegmentName segment : segments()) {
            if (which.test(segment)) {
                Files.move(segment.file(), aside.resolve(segment.text()), StandardCopyOption.ATOMIC_MOVE);
                Failpoint.START_SEGMENT_ASIDE.hit();
            }
        }
        force(aside);
        force(current());
        Failpoint.START_LOG_ASIDE.hit();
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

    /** In log order. Ratis' own listing would delete open segments without a byte; they are left out here. */
    private List<SegmentName> segments() throws IOException {
        if (!Files.isDirectory(current())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(current())) {
            return files.map(SegmentName::of)
                    .flatMap(Optional::stream)
                    .filter(segment ->
                            !segment.isOpen() || segment.file().toFile().length() > 0)
                    .sorted(Comparator.comparingLong(SegmentName::start))
                    .toList();
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
