package io.skipstone.consensus;

import io.skipstone.model.Bytes;
import io.skipstone.model.Position;

/** What happens in this room, for whoever counts it. Called on the threads that do the work: returns at once. */
public interface Observer {
    /** How a proposal ended. */
    enum ProposalResult {
        APPLIED,
        REFUSED,
        OVERLOADED,
        NOT_READY,
        UNKNOWN
    }

    void proposalFinished(ProposalResult result, long nanos);

    /** One write transaction with this many log entries of this many bytes is in the store. */
    void batchApplied(int entries, long bytes, long nanos);

    /**
     * An entry with the configuration of the group is in the store.
     *
     * @param before what the store held, as Ratis writes it; empty before the first
     */
    void configured(Position at, Bytes before, Bytes after);

    /** One of the entries of the last batch raised the ceiling of the clock: the group's own work, nobody's request. */
    void ceilingRaised();

    void pinned(Position position, long nanos);

    /** A store of this many bytes that another member sent is in use. */
    void installed(Position at, long bytes, long nanos);
}
