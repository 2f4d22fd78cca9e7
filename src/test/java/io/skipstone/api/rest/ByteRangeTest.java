package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.skipstone.api.ErrorMapping;
import io.skipstone.api.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    private static final long LENGTH = 1000;

    @ParameterizedTest
    @CsvSource({
        "bytes=0-,0,1000",
        "bytes=999-,999,1000",
        "bytes=0-0,0,1",
        "bytes=10-19,10,20",
        "bytes=10-5000,10,1000",
        "bytes=-1,999,1000",
        "bytes=-5000,0,1000"
    })
    void isThePartAskedForAsFarAsItIsThere(String header, long from, long end) {
        assertThat(ByteRange.parse(header, LENGTH)).contains(new ByteRange(from, end));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=",
                "bytes=-",
                "bytes=1",
                "bytes=a-b",
                "lines=1-2",
                "bytes=0-1,5-6",
                "bytes=9999999999999999999-"
            })
    void isTheWholeWhenItIsNoSingleRange(String header) {
        assertThat(ByteRange.parse(header, LENGTH)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=1000-", "bytes=2000-3000", "bytes=-0", "bytes=20-10"})
    void isRefusedWhenNothingOfItIsThere(String header) {
        var refused = catchThrowableOfType(RefusedException.class, () -> ByteRange.parse(header, LENGTH));

        assertThat(refused.refusal().kind()).isEqualTo(ErrorMapping.RANGE_NOT_SATISFIABLE);
    }

    @Test
    void saysWhichBytesItIs() {
        assertThat(new ByteRange(10, 20).contentRange(LENGTH)).isEqualTo("bytes 10-19/1000");
    }
}
