package io.skipstone.consensus;

import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import io.skipstone.model.Timestamp;
import java.util.concurrent.CompletionStage;

/** Read points of whoever leads: of this node, or asked for at another member. Asking twice does no harm, so it waits for an election. */
final class LeaderReadPoints implements ReadPoints {
    private final long timeoutMillis;
    private final ReadPoints own;
    private final LeaderCalls leader;

    LeaderReadPoints(long timeoutMillis, ReadPoints own, LeaderCalls leader) {
        this.timeoutMillis = timeoutMillis;
        this.own = own;
        this.leader = leader;
    }

    @Override
    public CompletionStage<ReadPoint> next(Timestamp pass) {
        return leader.call(
                timeoutMillis,
                () -> own.next(pass),
                (peers, to, millisLeft) -> peers.readPoint(to, pass, millisLeft),
                LeaderReadPoints::mayRepeat);
    }

    private static boolean mayRepeat(SkipstoneException failure) {
        return failure instanceof NotReady || failure instanceof OutcomeUnknown;
    }
}
