package io.skipstone.chaos.history;

import java.util.Optional;

/**
 * One line of a client's diary. All clients share one monotonic clock.
 *
 * @param sent to which node and how; where it was repeated, to the last
 */
public record Operation(
        int id, int client, String sent, Action action, Freshness freshness, long invokedNanos, Outcome outcome) {

    /** The answer, if there was one. */
    public Optional<Outcome.Ok> ok() {
        return outcome instanceof Outcome.Ok ok ? Optional.of(ok) : Optional.empty();
    }

    public boolean isLinearizable() {
        return freshness instanceof Freshness.Linearizable;
    }
}
