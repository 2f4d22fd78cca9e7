package io.skipstone.store;

/** A real store whose forced syncs fail when told to, as seen from other rooms. */
public final class FailingDisk {
    private final FailingEngine[] engine = new FailingEngine[1];
    private final Store store;

    private FailingDisk(StoreConfig config) {
        store = LmdbStore.open(config, Layout.STANDARD, real -> {
            engine[0] = new FailingEngine(real);
            return engine[0];
        });
    }

    /** Opens the store; whoever opens it closes it. */
    public static FailingDisk open(StoreConfig config) {
        return new FailingDisk(config);
    }

    public Store store() {
        return store;
    }

    /** The next {@code count} syncs fail; writes and commits do not. */
    public void failSyncs(int count) {
        engine[0].failSyncs(count);
    }
}
