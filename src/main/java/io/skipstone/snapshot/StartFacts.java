package io.skipstone.snapshot;

import io.skipstone.model.Position;
import java.util.Optional;
import java.util.UUID;

/**
 * What the gate must know besides the store and the log.
 *
 * @param group the group that this node's directory belongs to
 * @param voters whether others count on this node's log
 * @param installed where the store stood when it came from another member, over a log that ended no later; empty if it did not
 */
public record StartFacts(UUID group, Voters voters, Optional<Position> installed) {
    /** Of a node that is alone in its group. */
    public static StartFacts alone(UUID group) {
        return new StartFacts(group, Voters.ONE, Optional.empty());
    }

    /** For another store than the one that is there. */
    StartFacts withoutInstall() {
        return new StartFacts(group, voters, Optional.empty());
    }

    boolean isAlone() {
        return voters == Voters.ONE;
    }

    /** Whether the store came from another member and has taken nothing from the log since. */
    boolean isJustInstalled(Position have) {
        return installed.equals(Optional.of(have));
    }
}
