package io.skipstone.store;

import io.skipstone.powerloss.Marks;
import io.skipstone.snapshot.SnapshotPin;
import io.skipstone.store.StoreHistory.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** Lives through a history in a process of its own, and marks what it was promised. */
public final class StoreWorkload {
    /** Address space only; growing is not what is tested here. */
    static final long MAP_BYTES = 64L << 20;

    private final StoreConfig config;
    private final UnaryOperator<Engine> engine;
    private final Marks marks;
    private Store store;
    private SnapshotPin pin;

    private StoreWorkload(StoreConfig config, UnaryOperator<Engine> engine, Marks marks) {
        this.config = config;
        this.engine = engine;
        this.marks = marks;
        open();
    }

    /** Arguments: recorded directory, directory for native libraries, sync mode, seed, steps, engine. */
    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        StoreConfig config = config(root, Path.of(args[1]), SyncMode.valueOf(args[2]));
        StoreHistory history = StoreHistory.of(Long.parseLong(args[3]), Integer.parseInt(args[4]));
        try (var marks = new Marks(root)) {
            new StoreWorkload(
                            config, args[5].equals("unsynced") ? UnsyncedEngine::new : UnaryOperator.identity(), marks)
                    .play(history.steps());
        }
    }

    static StoreConfig config(Path root, Path nativeDirectory, SyncMode mode) {
        return new StoreConfig(root.resolve("store"), nativeDirectory, MAP_BYTES, MAP_BYTES, 8, mode);
    }

    private void play(List<Step> steps) throws Exception {
        for (int i = 0; i < steps.size(); i++) {
            marks.say("begin " + (i + 1));
            play(steps.get(i), i + 1);
            marks.say("done " + (i + 1));
        }
        store.close();
    }

    private void play(Step step, int number) throws Exception {
        switch (step) {
            case Step.Write write -> StoreHistory.write(store, write);
            case Step.Collect(int rows) -> store.collect(rows);
            case Step.Pin _ -> {
                marks.say("pinning " + number);
                pin.pin();
                marks.say("pinned " + number);
            }
            case Step.Restart _ -> {
                store.close();
                marks.say("pinning " + number);
                open();
                marks.say("pinned " + number);
            }
        }
    }

    private void open() {
        store = LmdbStore.open(config, Layout.STANDARD, engine);
        pin = new SnapshotPin(store);
        pin.adopt();
    }
}
