package io.skipstone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException.BadRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TtlTest {
    @ParameterizedTest
    @CsvSource({"500ms,500", "30s,30000", "30,30000", "5m,300000", "2h,7200000", "7d,604800000", "1ms,1"})
    void readsUnits(String text, long millis) {
        assertThat(Ttl.parseMillis(text)).isEqualTo(millis);
    }

    @Test
    void reachesAHundredYears() {
        assertThat(Ttl.parseMillis("36500d")).isEqualTo(Limits.MAX_TTL_MILLIS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "0s",
                "-1",
                "-1s",
                "+1s",
                "1.5s",
                "s",
                "1w",
                "1S",
                " 1s",
                "1s ",
                "36501d",
                "9223372036854775807",
                "9223372036854775807d",
                "99999999999999999999999",
                "１s",
                "1e3"
            })
    void refusesWhatIsNoTimeToLive(String text) {
        assertThatThrownBy(() -> Ttl.parseMillis(text))
                .isInstanceOfSatisfying(
                        BadRequest.class, refused -> assertThat(refused.code()).isEqualTo("bad_ttl"));
    }
}
