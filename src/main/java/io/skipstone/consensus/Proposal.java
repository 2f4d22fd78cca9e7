package io.skipstone.consensus;

import io.skipstone.command.Outcome;
import io.skipstone.model.SkipstoneException;
import java.util.concurrent.CompletableFuture;

/** One command on its way through the log. */
final class Proposal {
    private final long callId;
    private final byte[] entry;
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    /** Set when the entry gets its place in the log; from then on it may take effect whatever is heard of it. */
    private volatile boolean logged;

    /**
     * @param callId unique in the life of this process
     * @param entry as it is proposed; its timestamp is stamped in place
     */
    Proposal(long callId, byte[] entry) {
        this.callId = callId;
        this.entry = entry;
    }

    long callId() {
        return callId;
    }

    byte[] entry() {
        return entry;
    }

    long startNanos() {
        return startNanos;
    }

    /** Fails with a {@link SkipstoneException} and nothing else. */
    CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    void markLogged() {
        logged = true;
    }

    boolean isLogged() {
        return logged;
    }
}
