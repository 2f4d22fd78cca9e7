package io.skipstone.consensus;

import io.skipstone.apply.Committed;
import io.skipstone.command.Outcome;
import io.skipstone.model.Bytes;
import io.skipstone.model.Position;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the apply thread does, in the order in which it was handed down. */
sealed interface Work {
    /** Bytes of the log that this stands for. */
    default int bytes() {
        return 0;
    }

    /** Tells whoever waits that this will not be done. Only where the process outlives its fail-stop, in tests. */
    default void abandon(Throwable reason) {}

    /** An agreed entry. */
    record Entry(Committed committed, int bytes, Completion completion) implements Work {
        @Override
        public void abandon(Throwable reason) {
            completion.abandoned(reason);
        }
    }

    /**
     * An entry of Raft itself, which changes nothing but the position.
     *
     * @param configuration as Ratis writes it, if the entry is one; else empty
     */
    record Marker(Position position, Bytes configuration) implements Work {}

    /** Pin what has been handed down so far. */
    record Pin(CompletableFuture<Optional<Position>> pinned) implements Work {
        @Override
        public void abandon(Throwable reason) {
            pinned.completeExceptionally(new IOException("the apply thread has ended", reason));
        }
    }

    /** Run when everything handed down before is in the store. */
    record Then(Runnable action) implements Work {}

    /** Who waits for an entry. Called on the apply thread, in log order: returns at once. */
    interface Completion {
        /**
         * The entry is in the store.
         *
         * @param outcome empty if the store held the entry already
         */
        void applied(Optional<Outcome> outcome);

        void abandoned(Throwable reason);
    }
}
