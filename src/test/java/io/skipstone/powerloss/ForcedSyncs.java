package io.skipstone.powerloss;

import io.skipstone.powerloss.Trace.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A trace as if the store never synced a commit (LMDB MDB_NOSYNC), and only a pin did. */
final class ForcedSyncs {
    /** The workload is about to ask for a sync; it has returned with {@link #DONE}. */
    static final String BEGUN = "pinning";

    static final String DONE = "pinned";

    private ForcedSyncs() {}

    static Trace only(Trace trace) {
        List<Op> ops = new ArrayList<>(trace.ops());
        boolean pinning = false;
        Set<Integer> files = filesOfStores(trace);
        for (int i = 0; i < ops.size(); i++) {
            Op op = ops.get(i);
            if (op instanceof Op.Mark(String text)) {
                pinning = text.startsWith(BEGUN) || (pinning && !text.startsWith(DONE));
            } else if (op instanceof Op.SyncEnd(int file, var _) && !pinning && files.contains(file)) {
                ops.set(i, new Op.Mark(""));
            }
        }
        return new Trace(ops);
    }

    private static Set<Integer> filesOfStores(Trace trace) {
        var files = new HashSet<Integer>();
        trace.ops().forEach(op -> {
            if (op instanceof Op.Create(int file, String name) && name.contains("data.mdb")) {
                files.add(file);
            }
        });
        return files;
    }
}
