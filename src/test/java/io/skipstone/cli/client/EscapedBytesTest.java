package io.skipstone.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Bytes;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EscapedBytesTest {
    @Nested
    class Parsing {
        @Test
        void takesTextAsUtf8() {
            assertThat(EscapedBytes.parse("city/IS/Þórshöfn")).isEqualTo(Bytes.utf8("city/IS/Þórshöfn"));
        }

        @Test
        void takesAnyByteBehindABackslashAndX() {
            assertThat(EscapedBytes.parse("a\\x00\\xfF\\\\b"))
                    .isEqualTo(Bytes.wrap(new byte[] {'a', 0, (byte) 0xFF, '\\', 'b'}));
        }

        @ParameterizedTest
        @ValueSource(strings = {"\\", "a\\", "\\x", "\\x1", "\\xZZ", "\\n", "\\x0g"})
        void refusesALonelyBackslashAndSaysWhere(String text) {
            assertThatThrownBy(() -> EscapedBytes.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the backslash at character " + (text.indexOf('\\') + 1));
        }
    }

    @Nested
    class Printing {
        @ParameterizedTest
        @CsvSource({"plain,plain", "Þór,Þór", "a\\b,a\\\\b"})
        void keepsText(String text, String printed) {
            assertThat(EscapedBytes.print(Bytes.utf8(text))).isEqualTo(printed);
        }

        @Test
        void keepsEachRowOnOneLineAndInTwoColumns() {
            assertThat(EscapedBytes.print(Bytes.utf8("a\tb\nc\u0085"))).isEqualTo("a\\x09b\\x0Ac\\xC2\\x85");
        }

        @Test
        void escapesWhatIsNotUtf8() {
            assertThat(EscapedBytes.print(Bytes.wrap(new byte[] {'a', (byte) 0xC3, '('})))
                    .isEqualTo("a\\xC3(");
        }
    }

    @Test
    void parsingIsTheInverseOfPrinting() {
        long seed = Long.getLong("skipstone.seed", 42);
        var random = new SplittableRandom(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);

            assertThat(EscapedBytes.parse(EscapedBytes.print(Bytes.wrap(bytes))))
                    .as("-Dskipstone.seed=%d, round %d", seed, round)
                    .isEqualTo(Bytes.wrap(bytes));
        }
    }
}
