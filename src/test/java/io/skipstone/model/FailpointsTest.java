package io.skipstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Failpoints.Action;
import io.skipstone.model.Failpoints.InjectedFailure;
import io.skipstone.model.Failpoints.Plan;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailpointsTest {
    @AfterEach
    void disarm() {
        Failpoints.arm(Map.of());
    }

    @ParameterizedTest
    @EnumSource(Failpoint.class)
    void nothingHappensUnlessItIsArmed(Failpoint point) {
        assertThatCode(point::hit).doesNotThrowAnyException();
    }

    @Test
    void happensAtItsHitAndAtNoOther() {
        Failpoints.arm(Map.of(Failpoint.PIN_SYNCED, new Plan(new Action.Throw(), 3)));

        assertThatCode(Failpoint.PIN_SYNCED::hit).doesNotThrowAnyException();
        assertThatCode(Failpoint.PIN_SYNCED::hit).doesNotThrowAnyException();
        assertThatThrownBy(Failpoint.PIN_SYNCED::hit)
                .isInstanceOf(InjectedFailure.class)
                .hasMessage("failpoint pin.synced");
        assertThatCode(Failpoint.PIN_SYNCED::hit).doesNotThrowAnyException();
    }

    @Test
    void leavesTheOthersAlone() {
        Failpoints.arm(Map.of(Failpoint.PIN_SYNCED, new Plan(new Action.Throw(), 1)));

        assertThatCode(Failpoint.PIN_BEGUN::hit).doesNotThrowAnyException();
    }

    @Test
    void armingAgainForgetsWhatWasArmedBefore() {
        Failpoints.arm(Map.of(Failpoint.PIN_SYNCED, new Plan(new Action.Throw(), 1)));
        Failpoints.arm(Map.of(Failpoint.PIN_BEGUN, new Plan(new Action.Throw(), 1)));

        assertThatCode(Failpoint.PIN_SYNCED::hit).doesNotThrowAnyException();
        assertThatThrownBy(Failpoint.PIN_BEGUN::hit).isInstanceOf(InjectedFailure.class);
    }

    @Test
    void aSleepThatIsInterruptedSaysSoToItsThread() {
        Failpoints.arm(Map.of(Failpoint.PIN_SYNCED, new Plan(new Action.Sleep(600_000), 1)));
        Thread.currentThread().interrupt();

        Failpoint.PIN_SYNCED.hit();

        assertThat(Thread.interrupted()).isTrue();
    }
}
