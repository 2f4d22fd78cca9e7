package io.skipstone.consensus.install;

import io.skipstone.model.PeerAddress;
import java.util.List;

/** What an install needs; asked anew before each try, because the group goes on meanwhile. Any thread. */
public interface Wanted {
    /** The store must hold this index: the log that is to be had goes on behind it, and nothing of this node's own log is lost. */
    long leastIndex();

    /** Who may have such a store, the best one first. */
    List<PeerAddress> sources();
}
