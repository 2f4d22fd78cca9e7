package io.skipstone.api;

import io.skipstone.model.Consistency;
import io.skipstone.model.ReadAt;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.util.Optional;

/** Which state a read asks for. */
public record ReadRequest(ReadAt at, Consistency consistency) {
    /** The newest state, never older than an acknowledged write. */
    public static final ReadRequest DEFAULT = new ReadRequest(ReadAt.LATEST, Consistency.LINEARIZABLE);

    /** What a client asked for. A moment makes it a snapshot read, and a snapshot read needs a moment. */
    public static ReadRequest of(Optional<ReadAt> at, Optional<Consistency> consistency) {
        if (at.isEmpty() && consistency.equals(Optional.of(Consistency.SNAPSHOT))) {
            throw new BadRequest(
                    "moment_missing", "a snapshot read needs a moment: add a timestamp, a revision or a time");
        }
        if (at.isPresent() && !consistency.orElse(Consistency.SNAPSHOT).equals(Consistency.SNAPSHOT)) {
            throw new BadRequest(
                    "contradictory_read", "a read at a moment is a snapshot read; leave the consistency out");
        }
        return at.map(moment -> new ReadRequest(moment, Consistency.SNAPSHOT))
                .orElseGet(() -> new ReadRequest(ReadAt.LATEST, consistency.orElse(Consistency.LINEARIZABLE)));
    }

    /** The same read at the moment its first page looked at. */
    public ReadRequest continuedAt(ReadAt.AtMoment moment) {
        return new ReadRequest(moment, consistency == Consistency.LOCAL ? Consistency.LOCAL : Consistency.SNAPSHOT);
    }
}
