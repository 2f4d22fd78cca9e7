package io.skipstone.consensus;

import io.skipstone.model.GrantedLease;
import java.util.concurrent.CompletionStage;

/**
 * How long leases live, which only the leader knows; any node answers (docs/decisions/0018-leases.md). Any thread: never blocks.
 *
 * <p>The stages fail with a {@code SkipstoneException} and nothing else: {@code BadRequest} with code {@code lease_not_found}, {@code
 * Overloaded}, {@code NotReady}, {@code OutcomeUnknown}. Each may be asked again.
 */
public interface Leases {
    /**
     * Gives the lease its full time anew. When it is answered, the lease does not expire before its time has passed since this call,
     * whoever leads.
     */
    CompletionStage<Alive> keepAlive(long id);

    /** How long the lease has left. */
    CompletionStage<Alive> timeToLive(long id);

    /**
     * A lease that is there.
     *
     * @param remainingMillis it does not expire earlier than this from now on, if this node goes on to lead; later under another leader
     */
    record Alive(GrantedLease lease, long remainingMillis) {}
}
