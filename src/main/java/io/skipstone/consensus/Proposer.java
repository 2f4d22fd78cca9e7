package io.skipstone.consensus;

import io.skipstone.command.Command;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Outcome;
import java.util.concurrent.CompletionStage;

/** The way into the log. Any thread, an event loop too: never blocks. */
public interface Proposer {
    /**
     * Proposes the command. When the stage completes with an outcome, the entry is on the disks of a majority and in
     * this node's store.
     *
     * <p>The stage fails with a {@code SkipstoneException} and nothing else: {@code BadRequest}, {@code TooLarge},
     * {@code Overloaded}, {@code NotReady}, {@code OutOfSpace} (nothing was proposed), {@code OutcomeUnknown}.
     */
    CompletionStage<Outcome> propose(Command command, Once once);
}
