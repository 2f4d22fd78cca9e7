package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Bytes;
import io.skipstone.model.SkipstoneException.BadRequest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RawUriTest {
    @Nested
    class SplitsTheTarget {
        @ParameterizedTest
        @CsvSource({
            "/v1/kv/a?x=1, /v1/kv/a, x=1",
            "/v1/kv/a, /v1/kv/a, ''",
            "/v1/kv//../%2e%2e/, /v1/kv//../%2e%2e/, ''",
            "http://host:2379/v1/kv/a?b?c, /v1/kv/a, b?c",
            "http://host, '', ''",
            "*, '', ''"
        })
        void withoutFoldingAnything(String target, String path, String query) {
            assertThat(RawUri.of(target)).isEqualTo(new RawUri(path, query));
        }
    }

    @Nested
    class Decodes {
        @Test
        void everyByte() {
            var text = new StringBuilder();
            byte[] all = new byte[256];
            for (int i = 0; i < 256; i++) {
                text.append("%%%02x".formatted(i));
                all[i] = (byte) i;
            }

            assertThat(RawUri.decodePath(text.toString())).isEqualTo(Bytes.wrap(all));
        }

        @Test
        void onlyOnce() {
            assertThat(RawUri.decodePath("%252F")).isEqualTo(Bytes.utf8("%2F"));
        }

        @Test
        void aPlusSignByItsPlace() {
            assertThat(RawUri.decodePath("a+b")).isEqualTo(Bytes.utf8("a+b"));
            assertThat(RawUri.decodeQuery("a+b%2B")).isEqualTo(Bytes.utf8("a b+"));
        }

        @Test
        void bytesThatAClientLeftAsTheyAre() {
            assertThat(RawUri.decodePath("\u00fc")).isEqualTo(Bytes.wrap(new byte[] {(byte) 0xFC}));
        }

        @ParameterizedTest
        @ValueSource(strings = {"%", "%1", "a%", "%zz", "%1g", "%%41", "%-1", "%+1", "%１１", "€"})
        void nothingThatIsDamaged(String text) {
            assertThatThrownBy(() -> RawUri.decodePath(text))
                    .isInstanceOfSatisfying(BadRequest.class, refused -> assertThat(refused.code())
                            .isEqualTo("bad_percent_encoding"));
        }
    }
}
