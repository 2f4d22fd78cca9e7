package io.skipstone.consensus;

import io.skipstone.model.PeerAddress;
import io.skipstone.model.Position;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.ratis.server.protocol.TermIndex;

/** Brings this node a store from another member, when the log cannot bring it up to date. */
interface Installs {
    /** For a state machine that is not connected with other members. */
    Installs NONE = new Installs() {
        @Override
        public CompletionStage<Optional<Position>> begin(Optional<PeerAddress> toldBy, TermIndex firstAvailable) {
            return CompletableFuture.failedStage(new IOException("this node takes no stores from other members"));
        }

        @Override
        public void adopt() throws IOException {
            throw new IOException("no store was installed");
        }
    };

    /**
     * Begins one. Never blocks.
     *
     * @param toldBy the leader that says so
     * @param firstAvailable first entry in the leader's log
     * @return where the published store stands; empty if none is needed. A failure leaves everything as it was
     */
    CompletionStage<Optional<Position>> begin(Optional<PeerAddress> toldBy, TermIndex firstAvailable);

    /** Goes on with the published store; returns when everything in this node uses it. */
    void adopt() throws IOException;
}
