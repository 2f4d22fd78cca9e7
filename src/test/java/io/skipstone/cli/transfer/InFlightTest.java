package io.skipstone.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class InFlightTest {
    private final InFlight inFlight = new InFlight(2);
    private final Batch ab = batch(1, "a", "b");
    private final Batch cd = batch(2, "c", "d");

    @Test
    void admitsNoMoreThanItsLimit() {
        inFlight.sent(ab);
        inFlight.sent(cd);

        assertThat(inFlight.admits(batch(3, "e"))).isFalse();
    }

    @Test
    void holdsBackABatchWhileOneOfItsKeysIsBeingWritten() {
        inFlight.sent(ab);

        assertThat(inFlight.admits(batch(2, "b", "x"))).isFalse();

        inFlight.answered(ab, BatchResult.NOTHING);

        assertThat(inFlight.admits(batch(2, "b", "x"))).isTrue();
    }

    @Test
    void passesBatchesOnInTheOrderOfTheInputOnly() {
        inFlight.sent(ab);
        inFlight.sent(cd);
        inFlight.answered(cd, BatchResult.NOTHING);

        assertThat(inFlight.pollSettled()).isEmpty();

        inFlight.answered(ab, BatchResult.NOTHING);

        assertThat(inFlight.pollSettled().orElseThrow().batch()).isSameAs(ab);
        assertThat(inFlight.pollSettled().orElseThrow().batch()).isSameAs(cd);
        assertThat(inFlight.pollSettled()).isEmpty();
    }

    @Test
    void passesNothingOnBehindAFailedBatch() {
        inFlight.sent(ab);
        inFlight.sent(cd);
        inFlight.failed();
        inFlight.answered(cd, BatchResult.NOTHING);

        assertThat(inFlight.awaitsAnswer()).isFalse();
        assertThat(inFlight.pollSettled()).isEmpty();
    }

    private static Batch batch(long lastNumber, String... keys) {
        var records = Arrays.stream(keys)
                .map(key -> new ImportRecord(lastNumber, Key.utf8(key), Bytes.EMPTY, Timestamp.NONE))
                .toList();
        return new Batch(records, lastNumber, 0, "digest");
    }
}
