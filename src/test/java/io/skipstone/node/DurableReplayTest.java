package io.skipstone.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skipstone.Preloaded;
import io.skipstone.node.StartScenarios.Base;
import io.skipstone.powerloss.Recorder;
import io.skipstone.powerloss.Trace;
import io.skipstone.powerloss.Trace.Op;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is replayed is answered for afterwards, so a power loss must not take it out of the log again: a process that was killed may
 * have left it in the page cache only.
 */
class DurableReplayTest {
    @TempDir
    Path scratch;

    @BeforeEach
    void recorderIsThere() {
        assumeTrue(Preloaded.isPossible(), "needs Linux and gcc");
    }

    @Test
    void anEntryIsOnTheDiskBeforeItIsReplayed() throws Exception {
        List<Op> untilReplay = untilReplay();

        Op.Create segment = segment(untilReplay);
        int written = lastWrite(untilReplay, segment.file());
        assertThat(untilReplay)
                .anyMatch(op ->
                        op instanceof Op.SyncEnd(int file, int begin) && file == segment.file() && begin > written);
    }

    @Test
    void soIsTheNameOfItsFile() throws Exception {
        List<Op> untilReplay = untilReplay();

        Op.Create segment = segment(untilReplay);
        int created = untilReplay.indexOf(segment);
        String directory = String.valueOf(Path.of(segment.name()).getParent());
        List<Integer> opened = untilReplay.stream()
                .filter(op -> op instanceof Op.OpenDirectory(var _, var name) && name.equals(directory))
                .map(op -> ((Op.OpenDirectory) op).file())
                .toList();
        assertThat(untilReplay)
                .anyMatch(op ->
                        op instanceof Op.SyncEnd(int file, int begin) && opened.contains(file) && begin > created);
    }

    /** The store is gone and the log is whole, so all of the log is to be replayed. */
    private List<Op> untilReplay() throws Exception {
        Path node = StartScenarios.make(Files.createDirectories(scratch.resolve("bases")))
                .copyOf(Base.WHOLE);
        StartScenarios.delete(StartScenarios.store(node));
        Path work = Files.createDirectories(scratch.resolve("work"));
        Path trace = Recorder.in(work)
                .record(
                        StartOnUnforcedLog.class,
                        work,
                        List.of(node.toString(), work.resolve("native").toString()));

        List<Op> all = Trace.read(trace).ops();
        int decided = IntStream.range(0, all.size())
                .filter(i -> all.get(i) instanceof Op.Mark(var text) && text.startsWith(StartOnUnforcedLog.DECIDED))
                .findFirst()
                .orElseThrow();
        assertThat(all.get(decided)).isNotEqualTo(new Op.Mark(StartOnUnforcedLog.DECIDED + 0));
        return all.subList(0, decided);
    }

    private static Op.Create segment(List<Op> ops) {
        return (Op.Create) ops.stream()
                .filter(op -> op instanceof Op.Create(var _, var name) && name.contains("log_inprogress_"))
                .findFirst()
                .orElseThrow();
    }

    private static int lastWrite(List<Op> ops, int segment) {
        return IntStream.range(0, ops.size())
                .filter(i -> ops.get(i) instanceof Op.Write(int file, var _, var _) && file == segment)
                .max()
                .orElseThrow();
    }
}
