package io.skipstone.api.etcd;

import io.skipstone.api.etcd.v3.LeaderKey;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;

/**
 * A place in a line: a key that came into being at a revision, and is gone with its lease.
 *
 * @param line what the keys of the line begin with
 * @param createRevision of the store: where the place is
 */
record Place(Bytes line, Key key, long lease, long createRevision) {
    private static final String END_OF_NAME = "/";

    /** What the keys of the line with this name begin with. */
    static Bytes line(Bytes name) {
        return joined(name, END_OF_NAME);
    }

    /** The key of whoever stands in the line with this lease. */
    static Key key(Bytes name, long lease) {
        return new Key(joined(line(name), Long.toHexString(lease)));
    }

    KeyRange everybody() {
        return KeyRange.prefix(line);
    }

    /** As a client is told, who shows it again later. */
    LeaderKey leaderKey(Bytes name) {
        return LeaderKey.newBuilder()
                .setName(KeyValues.bytes(name))
                .setKey(KeyValues.bytes(key.bytes()))
                .setRev(Revisions.etcd(createRevision))
                .setLease(lease)
                .build();
    }

    private static Bytes joined(Bytes front, String back) {
        Bytes end = Bytes.utf8(back);
        var both = new byte[front.length() + end.length()];
        System.arraycopy(front.array(), 0, both, 0, front.length());
        System.arraycopy(end.array(), 0, both, front.length(), end.length());
        return Bytes.wrap(both);
    }
}
