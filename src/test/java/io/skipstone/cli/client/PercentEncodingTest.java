package io.skipstone.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Bytes;
import org.junit.jupiter.api.Test;

class PercentEncodingTest {
    @Test
    void leavesLettersDigitsDashUnderscoreAndTildeAlone() {
        assertThat(PercentEncoding.encode("azAZ09-_~")).isEqualTo("azAZ09-_~");
    }

    @Test
    void encodesEverythingElseSoThatNothingOnTheWayCanFoldIt() {
        assertThat(PercentEncoding.encode("../a b+%?&#")).isEqualTo("%2E%2E%2Fa%20b%2B%25%3F%26%23");
    }

    @Test
    void encodesBytesThatAreNoText() {
        assertThat(PercentEncoding.encode(Bytes.wrap(new byte[] {0, (byte) 0xFF, (byte) 0x80})))
                .isEqualTo("%00%FF%80");
    }
}
