package io.skipstone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.ReadAt.AtRevision;
import io.skipstone.model.ReadAt.AtTimestamp;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.Timestamp;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTextTest {
    @Test
    void namesATimestampOrARevision() {
        assertThat(MomentText.parse("ts:77")).isEqualTo(new AtTimestamp(new Timestamp(77)));
        assertThat(MomentText.parse("rev:0")).isEqualTo(new AtRevision(0));
        assertThat(MomentText.parse("rev:9223372036854775807")).isEqualTo(new AtRevision(Long.MAX_VALUE));
    }

    @Test
    void coversTheWholeMillisecondOfATime() {
        long millis = Instant.parse("2026-01-31T12:00:00.123Z").toEpochMilli();

        var at = MomentText.parse("2026-01-31T13:00:00.123987+01:00");

        assertThat(at).isEqualTo(new AtTimestamp(Timestamp.endOfMillis(millis)));
    }

    @Test
    void namesBothFormsWhenANumberIsBare() {
        assertThatThrownBy(() -> MomentText.parse("12345"))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("ts:<n>")
                .hasMessageContaining("rev:<n>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ts:",
                "ts:0",
                "ts:-1",
                "ts:+1",
                "ts: 1",
                "ts:9223372036854775808",
                "ts:99999999999999999999",
                "ts:1e3",
                "rev:-1",
                "rev:x",
                "yesterday",
                "2026-01-31",
                "2026-01-31T12:00:00",
                "2026-01-31T12:00:00 01:00",
                "1969-12-31T23:59:59Z",
                "+999999999-12-31T23:59:59Z",
                "-1"
            })
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> MomentText.parse(text))
                .isInstanceOfSatisfying(
                        BadRequest.class, refused -> assertThat(refused.code()).isEqualTo("bad_at"));
    }
}
