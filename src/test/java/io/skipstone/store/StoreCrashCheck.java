package io.skipstone.store;

import io.skipstone.powerloss.CrashCheck;
import io.skipstone.store.StoreHistory.Step;
import io.skipstone.store.StoreState.Known;
import io.skipstone.store.StoreState.Unknown;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * After a power loss the store is as it was after one of its commits: never before the last pin, and never before the last commit but
 * one (the last one where commits are synced). It goes on from there as if nothing had happened.
 */
final class StoreCrashCheck implements CrashCheck {
    /** Steps that a store lives through after the crash. */
    private static final int STEPS_AFTER = 2;

    private final StoreConfig template;
    private final StoreHistory history;
    private final StoreReference reference;
    private int begun;
    private int done;
    private int pinned;

    private StoreCrashCheck(StoreConfig template, StoreHistory history, StoreReference reference) {
        this.template = template;
        this.history = history;
        this.reference = reference;
    }

    /** Arguments: sync mode, seed, steps, file of the reference. */
    public static final class Maker implements CrashCheck.Maker {
        public Maker() {}

        @Override
        public CrashCheck make(Path work, List<String> args) throws Exception {
            return new StoreCrashCheck(
                    StoreWorkload.config(Path.of("unused"), work.resolve("native"), SyncMode.valueOf(args.get(0))),
                    StoreHistory.of(Long.parseLong(args.get(1)), Integer.parseInt(args.get(2))),
                    StoreReference.read(Path.of(args.get(3))));
        }
    }

    @Override
    public void mark(String text) {
        String[] words = text.split(" ", -1);
        switch (words[0]) {
            case "begin" -> begun = Integer.parseInt(words[1]);
            case "done" -> done = Integer.parseInt(words[1]);
            case "pinned" -> pinned = Integer.parseInt(words[1]);
            default -> {}
        }
    }

    @Override
    public Optional<String> violation(Path root, int point) {
        var config = StoreWorkload.config(root, template.nativeDirectory(), template.syncMode());
        var engine = new AtomicReference<Engine>();
        try (Store store = LmdbStore.open(config, Layout.STANDARD, real -> {
            engine.set(real);
            return real;
        })) {
            if (store.openedAs() instanceof Unknown(StoreState.Doubt doubt)) {
                return Optional.of("the store is in doubt: " + doubt + " (done " + done + ", pinned " + pinned + ")");
            }
            int found = place(StoreReference.hash(engine.get()));
            if (found < 0) {
                return Optional.of(describe(store));
            }
            return goesOn(store, engine.get(), found);
        }
    }

    /** The step that this is the state after, of those that may be found; else -1. */
    private int place(String state) {
        for (int step = begun; step >= oldestAllowed(); step--) {
            if (reference.states().get(step).equals(state)) {
                return step;
            }
        }
        return -1;
    }

    private int oldestAllowed() {
        int lost = template.syncMode() == SyncMode.META_DEFERRED ? 1 : 0;
        int commits = reference.commits().get(done) - lost;
        int oldest = done;
        while (oldest > 0 && reference.commits().get(oldest - 1) >= commits) {
            oldest--;
        }
        return Math.max(pinned, oldest);
    }

    private String describe(Store store) {
        String known = store.openedAs() instanceof Known(StoreMeta meta) ? meta.applied() + "" : "fresh";
        return "the store (" + known + ") is in none of the states from step " + oldestAllowed() + " to " + begun
                + "; pinned " + pinned;
    }

    private Optional<String> goesOn(Store store, Engine engine, int found) {
        int last = Math.min(found + STEPS_AFTER, history.steps().size());
        for (Step step : history.steps().subList(found, last)) {
            switch (step) {
                case Step.Write write -> StoreHistory.write(store, write);
                case Step.Collect(int rows) -> store.collect(rows);
                case Step.Pin _, Step.Restart _ -> store.sync();
            }
        }
        return StoreReference.hash(engine).equals(reference.states().get(last))
                ? Optional.empty()
                : Optional.of("went on from step " + found + " to " + last + " and is not what it should be");
    }
}
