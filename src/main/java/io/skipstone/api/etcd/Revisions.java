package io.skipstone.api.etcd;

/**
 * Revisions of the store and those of etcd's API: an empty store stands at 0 here and at 1 there, so each is one less here. The only place
 * that knows.
 */
final class Revisions {
    private static final long APART = 1;

    private Revisions() {}

    /** The store's revision as a client of etcd knows it. */
    static long etcd(long revision) {
        return revision + APART;
    }

    /**
     * The store's revision that a client means.
     *
     * @return may be negative: there is none before the empty store's
     */
    static long ours(long etcdRevision) {
        return etcdRevision == Long.MIN_VALUE ? etcdRevision : etcdRevision - APART;
    }
}
