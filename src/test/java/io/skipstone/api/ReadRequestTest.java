package io.skipstone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Consistency;
import io.skipstone.model.Moment;
import io.skipstone.model.ReadAt;
import io.skipstone.model.ReadAt.AtMoment;
import io.skipstone.model.ReadAt.AtRevision;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.Timestamp;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadRequestTest {
    private static final ReadAt REVISION = new AtRevision(7);
    private static final AtMoment MOMENT = new AtMoment(Moment.at(new Timestamp(5)));

    @Test
    void isLinearizableUnlessSomethingElseIsAskedFor() {
        assertThat(ReadRequest.of(Optional.empty(), Optional.empty())).isEqualTo(ReadRequest.DEFAULT);
    }

    @Test
    void becomesASnapshotReadWithAMoment() {
        assertThat(ReadRequest.of(Optional.of(REVISION), Optional.empty()))
                .isEqualTo(new ReadRequest(REVISION, Consistency.SNAPSHOT));
    }

    @Test
    void needsAMomentForASnapshot() {
        assertThatThrownBy(() -> ReadRequest.of(Optional.empty(), Optional.of(Consistency.SNAPSHOT)))
                .isInstanceOf(BadRequest.class);
    }

    @Test
    void doesNotReadThePastLinearizablyOrLocally() {
        assertThatThrownBy(() -> ReadRequest.of(Optional.of(REVISION), Optional.of(Consistency.LINEARIZABLE)))
                .isInstanceOf(BadRequest.class);
        assertThatThrownBy(() -> ReadRequest.of(Optional.of(REVISION), Optional.of(Consistency.LOCAL)))
                .isInstanceOf(BadRequest.class);
    }

    @Test
    void staysLocalOnLaterPagesAndIsOtherwiseASnapshot() {
        var local = new ReadRequest(ReadAt.LATEST, Consistency.LOCAL);

        assertThat(local.continuedAt(MOMENT)).isEqualTo(new ReadRequest(MOMENT, Consistency.LOCAL));
        assertThat(ReadRequest.DEFAULT.continuedAt(MOMENT)).isEqualTo(new ReadRequest(MOMENT, Consistency.SNAPSHOT));
    }
}
