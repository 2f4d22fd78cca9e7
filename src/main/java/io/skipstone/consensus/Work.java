package io.skipstone.consensus;

import io.skipstone.command.Command;
import io.skipstone.command.LogEntry;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome;
import io.skipstone.command.Step;
import io.skipstone.model.Bytes;
import io.skipstone.model.Limits;
import io.skipstone.model.Position;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What the apply thread does, in the order in which it was handed down. */
sealed interface Work {
    /** Bytes of the log that this stands for. */
    default int bytes() {
        return 0;
    }

    /** How many entries of a transaction of the store it is. */
    default int count() {
        return 1;
    }

    /** Bytes of memory that this may take until it is done: what batches and the queue are bounded by. */
    default int weight() {
        return bytes();
    }

    /** Tells whoever waits that this will not be done. Only where the process outlives its fail-stop, in tests. */
    default void abandon(Throwable reason) {}

    /**
     * An agreed entry of the log.
     *
     * @param entries what stands at its place, in order; goes into one transaction
     */
    record Entry(Position position, List<LogEntry> entries, int bytes, Completion completion) implements Work {
        /** A guess for what a get returns: the results of a batch stay in memory until it is committed. */
        static final int WEIGHT_OF_GET = 128 << 10;

        @Override
        public int count() {
            return entries.size();
        }

        @Override
        public int weight() {
            return bytes
                    + entries.stream()
                            .mapToInt(entry -> resultWeight(entry.command()))
                            .sum();
        }

        /** What the outcome of a command may take in memory. */
        static int resultWeight(Command command) {
            return switch (command) {
                case Command.Txn txn -> weightOf(Math.max(gets(txn.then()), gets(txn.otherwise())));
                case Command.NestedTxn txn -> weightOf(returning(txn));
                default -> 0;
            };
        }

        private static int weightOf(int gets) {
            // More weigh no more, and no count overflows.
            return Math.min(gets, Limits.TXN_RESULT_BYTES / WEIGHT_OF_GET) * WEIGHT_OF_GET;
        }

        /** Only one branch runs. */
        private static int gets(List<Operation> branch) {
            return (int) branch.stream().filter(Operation.Get.class::isInstance).count();
        }

        private static int returning(Command.NestedTxn txn) {
            return Math.max(returning(txn.then()), returning(txn.otherwise()));
        }

        /** Steps of a branch that return rows; as one entry bounds them, their number does not overflow. */
        private static int returning(Collection<Step> branch) {
            return branch.stream()
                    .mapToInt(step -> switch (step) {
                        case Step.Put put -> put.previous() || put.keeps().value() ? 1 : 0;
                        case Step.Read _ -> 1;
                        case Step.Delete delete -> delete.previous() ? 1 : 0;
                        case Step.Nested(var inner) -> returning(inner);
                    })
                    .sum();
        }

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

    /**
     * Go on with another store, which holds all that was handed down before.
     *
     * @param exchange puts it in place, and says where it stands
     */
    record Exchange(Supplier<Position> exchange, CompletableFuture<Position> done) implements Work {
        @Override
        public void abandon(Throwable reason) {
            done.completeExceptionally(reason);
        }
    }

    /** Run when everything handed down before is in the store. */
    record Then(Runnable action) implements Work {}

    /** Who waits for an entry. Called on the apply thread, in log order: returns at once. */
    interface Completion {
        /**
         * The entry is in the store.
         *
         * @param outcomes of what stands at its place, in order; none if the store held it already
         */
        void applied(List<Outcome> outcomes);

        void abandoned(Throwable reason);
    }
}
