package io.skipstone.consensus;

import io.skipstone.command.Command;
import io.skipstone.command.CommandCodec;
import io.skipstone.command.LogEntry;
import io.skipstone.command.Operation;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.Position;
import io.skipstone.powerloss.CrashCheck;
import io.skipstone.snapshot.LogExtent;
import io.skipstone.snapshot.SkipGate;
import io.skipstone.snapshot.StartDecision;
import io.skipstone.snapshot.StartFacts;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.ReadView;
import io.skipstone.store.Store;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.SyncMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.SizeInBytes;

/**
 * After a power loss every acknowledged write is in the store or in the log behind it, the store is not behind the last pin, and the
 * gate lets the node start. Now and then it is started, and asked for every acknowledged write.
 */
final class NodeCrashCheck implements CrashCheck {
    /** A start of Ratis takes a second. */
    private static final int START_ONE_IN = 50;

    private static final SizeInBytes MAX_ENTRY = SizeInBytes.valueOf("1MB");

    private final StoreConfig template;
    private final Set<Integer> acknowledged = new HashSet<>();
    private long pinned = -1;

    private NodeCrashCheck(StoreConfig template) {
        this.template = template;
    }

    /** Argument: sync mode. */
    public static final class Maker implements CrashCheck.Maker {
        public Maker() {}

        @Override
        public CrashCheck make(Path work, List<String> args) {
            return new NodeCrashCheck(
                    NodeWorkload.config(Path.of("unused"), work.resolve("native"), SyncMode.valueOf(args.get(0))));
        }
    }

    @Override
    public void mark(String text) {
        String[] words = text.split(" ", -1);
        switch (words[0]) {
            case "acked" -> acknowledged.add(Integer.parseInt(words[1]));
            case "pinned" -> pinned = Long.parseLong(words[1]);
            default -> {}
        }
    }

    @Override
    public Optional<String> violation(Path root, int point) throws Exception {
        var config = NodeWorkload.config(root, template.nativeDirectory(), template.syncMode());
        RaftLogDirectory log = RaftLogDirectory.of(root.resolve("raft"), TestNode.GROUP);
        try (Store store = LmdbStore.open(config)) {
            Optional<String> refused = untilAccepted(store, log);
            if (refused.isPresent()) {
                return refused;
            }
            long applied = store.meta().applied().map(Position::index).orElse(-1L);
            if (applied < pinned) {
                return Optional.of("the store stands at " + applied + ", behind the pin at " + pinned);
            }
            Optional<String> lost = lost(store, logged(root, applied), "in store and log at " + applied);
            return lost.isEmpty() && point % START_ONE_IN == 0 ? afterAStart(root, store) : lost;
        }
    }

    /** What a start does before Ratis; a torn tail is the one thing that may have to be repaired. */
    private static Optional<String> untilAccepted(Store store, RaftLogDirectory log) throws IOException {
        for (int cuts = 0; cuts <= 1; cuts++) {
            LogExtent extent = log.extent();
            StartDecision decision =
                    SkipGate.decide(store.openedAs(), extent, StartFacts.alone(TestNode.GROUP), List::of);
            switch (decision) {
                case StartDecision.Accept _ -> {
                    return Optional.empty();
                }
                case StartDecision.CutTail(var tail) -> log.cut(tail);
                case StartDecision.Repair _, StartDecision.Refuse _ -> {
                    return Optional.of("the gate says " + decision + " to " + store.openedAs() + " and " + extent + " "
                            + extent.tail());
                }
            }
        }
        return Optional.of("the gate asks for a second cut");
    }

    private Optional<String> afterAStart(Path root, Store store) throws IOException {
        try (TestNode node = NodeWorkload.start(root, store)) {
            return lost(store, Set.of(), "after a start at " + node.status().applied());
        }
    }

    private Optional<String> lost(Store store, Set<Key> elsewhere, String where) {
        try (ReadView view = store.read()) {
            for (int number : acknowledged) {
                Key key = Key.utf8(NodeWorkload.key(number));
                Optional<KeyValue> found = view.get(key, Moment.at(view.meta().lastCommitTs()));
                boolean right = found.map(KeyValue::value).equals(Optional.of(Bytes.utf8(NodeWorkload.value(number))));
                if (!right && !(found.isEmpty() && elsewhere.contains(key))) {
                    return Optional.of("acknowledged write " + number + " is not there, " + where);
                }
            }
            return Optional.empty();
        }
    }

    /** Keys that the log writes behind the store. */
    private static Set<Key> logged(Path root, long applied) throws IOException {
        var keys = new HashSet<Key>();
        Path current = root.resolve("raft").resolve(TestNode.GROUP.toString()).resolve("current");
        if (!Files.isDirectory(current)) {
            return keys;
        }
        try (Stream<Path> files = Files.list(current)) {
            for (Path file : files.filter(NodeCrashCheck::isSegment).toList()) {
                LogSegment.readSegmentFile(
                        file.toFile(),
                        LogSegmentPath.matchLogSegment(file).getStartEnd(),
                        MAX_ENTRY,
                        CorruptionPolicy.EXCEPTION,
                        null,
                        entry -> {
                            if (entry.getIndex() > applied && entry.hasStateMachineLogEntry()) {
                                keys.addAll(keysOf(entry));
                            }
                        });
            }
        }
        return keys;
    }

    private static boolean isSegment(Path file) {
        return file.getFileName().toString().startsWith("log_") && file.toFile().length() > 0;
    }

    private static List<Key> keysOf(LogEntryProto entry) {
        byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
        return CommandCodec.decode(bytes).stream()
                .map(LogEntry::command)
                .filter(Command.Txn.class::isInstance)
                .flatMap(command -> ((Command.Txn) command).then().stream())
                .filter(Operation.Put.class::isInstance)
                .map(operation -> ((Operation.Put) operation).key())
                .toList();
    }
}
