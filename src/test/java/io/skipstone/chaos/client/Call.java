package io.skipstone.chaos.client;

import io.skipstone.chaos.history.Action;
import io.skipstone.chaos.history.Freshness;

/** An action, and how it is to be sent. */
public record Call(Action action, Freshness freshness, How how) {
    /** What makes it more than a plain request. */
    public sealed interface How {
        record Plain() implements How {}

        /** May be repeated. */
        record Once(String idempotencyKey) implements How {}

        /** The guards go as a read set: what was read up to then must not have changed. */
        record Optimistic(long readTs) implements How {}
    }

    static Call plain(Action action) {
        return new Call(action, new Freshness.Linearizable(), new How.Plain());
    }
}
