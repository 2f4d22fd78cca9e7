package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Key;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of row keys. Whoever changes an expected value here changes the format of every store there is. */
class KeyCodecTest {
    private static final HexFormat HEX = HexFormat.of();

    @Nested
    class AnEncodedKey {
        @ParameterizedTest
        @CsvSource({
            "61, 610001",
            "00, 00ff0001",
            "01, 010001",
            "ff, ff0001",
            "0001, 00ff010001",
            "61006200, 6100ff6200ff0001",
            "0000, 00ff00ff0001"
        })
        void hasTheseBytes(String key, String encoded) {
            assertThat(HEX.formatHex(KeyCodec.encode(HEX.parseHex(key)))).isEqualTo(encoded);
            assertThat(HEX.formatHex(KeyCodec.decode(HEX.parseHex(encoded)))).isEqualTo(key);
        }

        @ParameterizedTest
        @CsvSource({"61", "0001ff0001", "6100020001", "610000", "00"})
        void isRefusedWhenItIsBroken(String encoded) {
            assertThatThrownBy(() -> KeyCodec.decode(HEX.parseHex(encoded))).isInstanceOf(InvariantViolation.class);
        }

        static LongStream seeds() {
            return Seeds.first(20);
        }

        @ParameterizedTest(name = "seed {0}")
        @MethodSource("seeds")
        void isOrderedLikeTheKeyAndNeverTheBeginningOfAnother(long seed) {
            var random = new Random(seed);
            for (int i = 0; i < 2000; i++) {
                Key one = Script.key(random);
                Key other = Script.key(random);
                byte[] encodedOne = KeyCodec.encode(one.bytes().array());
                byte[] encodedOther = KeyCodec.encode(other.bytes().array());

                assertThat(Integer.signum(Arrays.compareUnsigned(encodedOne, encodedOther)))
                        .isEqualTo(Integer.signum(one.compareTo(other)));
                assertThat(!one.equals(other) && KeyCodec.startsWith(encodedOne, encodedOther))
                        .isFalse();
                assertThat(Key.of(KeyCodec.decode(encodedOne))).isEqualTo(one);
            }
        }
    }

    @Nested
    class ARowKey {
        @Test
        void ofAVersionStartsWithTheLayerAndEndsWithTheTurnedTimestamp() {
            byte[] prefix = KeyCodec.join(KeyCodec.rootLayer(), KeyCodec.encode(new byte[] {'a'}), 0, 3);

            byte[] rowKey = KeyCodec.versionKey(prefix, 0x0102);

            assertThat(HEX.formatHex(rowKey)).isEqualTo("00" + "610001" + "fffffffffffffefd");
            assertThat(KeyCodec.commitTsBits(rowKey)).isEqualTo(0x0102);
            assertThat(KeyCodec.versionPrefix(rowKey)).isEqualTo(prefix);
        }

        @Test
        void ofANewerVersionComesFirst() {
            byte[] prefix = {0, 'a', 0, 1};

            assertThat(Arrays.compareUnsigned(KeyCodec.versionKey(prefix, 2), KeyCodec.versionKey(prefix, 1)))
                    .isNegative();
        }

        @Test
        void inAChildLayerStartsWithTheIdOfTheLayer() {
            assertThat(HEX.formatHex(KeyCodec.childLayer(0x0A0B))).isEqualTo("01" + "0000000000000a0b");
        }
    }
}
