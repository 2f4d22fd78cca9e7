package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.apply.BatchApplier;
import io.skipstone.apply.Committed;
import io.skipstone.command.CommandCodec;
import io.skipstone.command.Outcome;
import io.skipstone.model.Bytes;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.SortedMapStore;
import io.skipstone.store.StateHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.SizeInBytes;

/**
 * Every entry that ever stood in a node's log, gathered before it is purged, and the store that a node would have that applied them
 * and never crashed: the reference for nodes that did.
 */
public final class LogArchive {
    private static final SizeInBytes MAX_ENTRY = SizeInBytes.valueOf("64MB");

    private final TreeMap<Long, LogEntryProto> entries = new TreeMap<>();
    private final SortedMapStore reference = new SortedMapStore();
    private final BatchApplier applier = new BatchApplier(reference);
    private final Map<Timestamp, Outcome> outcomes = new HashMap<>();
    private long applied = -1;

    /**
     * Takes what a stopped node has in its log now. An entry that was here before must be the same.
     *
     * @param groupDir the group's directory inside {@code raft/}
     */
    public void gather(Path groupDir) throws IOException {
        Path current = groupDir.resolve("current");
        if (!Files.isDirectory(current)) {
            return;
        }
        try (Stream<Path> files = Files.list(current)) {
            for (Path file : files.filter(LogArchive::isSegment).toList()) {
                LogSegment.readSegmentFile(
                        file.toFile(),
                        LogSegmentPath.matchLogSegment(file).getStartEnd(),
                        MAX_ENTRY,
                        CorruptionPolicy.EXCEPTION,
                        null,
                        this::add);
            }
        }
    }

    private static boolean isSegment(Path file) {
        return String.valueOf(file.getFileName()).startsWith("log_")
                && file.toFile().length() > 0;
    }

    private void add(LogEntryProto entry) {
        LogEntryProto before = entries.put(entry.getIndex(), entry);
        assertThat(Optional.ofNullable(before).orElse(entry))
                .as("entry %s was in the log before", entry.getIndex())
                .isEqualTo(entry);
    }

    /** Index of the last entry; -1 before the first. */
    public long lastIndex() {
        return entries.isEmpty() ? -1 : entries.lastKey();
    }

    /** Entries behind this one are lost for ever, and nobody was told of them. */
    public void forgetAfter(Position last) {
        entries.tailMap(last.index(), false).clear();
    }

    /** State of a store that applied all entries up to this one, each once, and nothing else. */
    public StateHash replayTo(Position upTo) {
        List<Committed> batch = new ArrayList<>();
        for (; applied < upTo.index(); applied++) {
            LogEntryProto entry = entries.get(applied + 1);
            assertThat(entry).as("entry %s of the log", applied + 1).isNotNull();
            var position = new Position(entry.getTerm(), entry.getIndex());
            if (entry.hasStateMachineLogEntry()) {
                byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
                CommandCodec.decode(bytes).forEach(one -> batch.add(new Committed(position, one)));
            } else if (entry.hasConfigurationEntry()) {
                apply(batch);
                applier.configure(
                        position, Bytes.wrap(entry.getConfigurationEntry().toByteArray()));
            }
        }
        apply(batch);
        applier.advance(upTo);
        assertThat(reference.meta().applied()).contains(upTo);
        try (var view = reference.read()) {
            return StateHash.of(view);
        }
    }

    private void apply(List<Committed> batch) {
        List<Optional<Outcome>> came = applier.apply(batch);
        for (int i = 0; i < batch.size(); i++) {
            outcomes.put(batch.get(i).entry().commitTs(), came.get(i).orElseThrow());
        }
        batch.clear();
    }

    /** What the entry with this commit timestamp came to, if it has been replayed. */
    public Optional<Outcome> outcomeAt(Timestamp commitTs) {
        return Optional.ofNullable(outcomes.get(commitTs));
    }

    /** Revision after the entries that were replayed. */
    public long revision() {
        return reference.meta().revision();
    }
}
