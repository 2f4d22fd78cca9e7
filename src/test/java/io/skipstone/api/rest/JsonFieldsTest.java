package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Bytes;
import io.skipstone.model.SkipstoneException.BadRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The strictness that every JSON body meets; whole transactions are tested against a node. */
class JsonFieldsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{} {}",
                "{}x",
                "{\"a\":1,\"a\":2}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":1,}",
                "/* */ {}",
                "{\"a\":\"\u0001\"}",
                "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}}}}"
            })
    void refusesWhatIsNotOneWellFormedDocument(String text) {
        assertRefused(text, "bad_json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "[]", "\"text\""})
    void refusesWhatIsNoObject(String text) {
        assertRefused(text, "bad_field");
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        var body = Bytes.wrap(new byte[] {'{', '"', (byte) 0xFF, '"', ':', '1', '}'});

        assertThatThrownBy(() -> JsonText.parse(body)).isInstanceOf(BadRequest.class);
    }

    @Test
    void namesThePathOfAFieldThatNobodyKnows() {
        var fields = parse("{\"inner\":{\"limt\":1}}").object("inner");

        assertThatThrownBy(fields::end).isInstanceOfSatisfying(BadRequest.class, refused -> {
            assertThat(refused.code()).isEqualTo("unknown_field");
            assertThat(refused).hasMessageStartingWith("$.inner.limt ");
        });
    }

    @Test
    void doesNotRepeatNamesThatMayBeData() {
        var fields = parse("{\"user:4711\":1}");

        assertThatThrownBy(fields::end).hasMessageNotContaining("4711");
    }

    @Test
    void takesBytesAsTextOrAsBase64() {
        assertThat(parse("{\"key\":\"ü\"}").bytes("key")).isEqualTo(Bytes.utf8("ü"));
        assertThat(parse("{\"keyBase64\":\"AP8=\"}").bytes("key")).isEqualTo(Bytes.wrap(new byte[] {0, -1}));
    }

    @Test
    void doesNotTakeBytesTwice() {
        var fields = parse("{\"key\":\"a\",\"keyBase64\":\"YQ==\"}");

        assertThatThrownBy(() -> fields.bytes("key"))
                .isInstanceOfSatisfying(
                        BadRequest.class, refused -> assertThat(refused.code()).isEqualTo("bad_field"));
    }

    @Test
    void saysWhichFieldIsMissing() {
        var fields = parse("{}");

        assertThatThrownBy(() -> fields.bytes("key")).isInstanceOfSatisfying(BadRequest.class, refused -> {
            assertThat(refused.code()).isEqualTo("missing_field");
            assertThat(refused).hasMessageContaining("keyBase64");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"key\":1}",
                "{\"key\":null}",
                "{\"key\":[\"a\"]}",
                "{\"key\":\"\\ud800\"}",
                "{\"keyBase64\":\"not base64\"}",
                "{\"keyBase64\":\"YQ=\"}"
            })
    void refusesKeysOfTheWrongType(String text) {
        var fields = parse(text);

        assertThatThrownBy(() -> fields.bytes("key"))
                .isInstanceOfSatisfying(
                        BadRequest.class, refused -> assertThat(refused.code()).isEqualTo("bad_field"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"n\":-1}",
                "{\"n\":1.5}",
                "{\"n\":1e3}",
                "{\"n\":\"1\"}",
                "{\"n\":9223372036854775808}",
                "{\"n\":true}"
            })
    void refusesNumbersThatAreNone(String text) {
        var fields = parse(text);

        assertThatThrownBy(() -> fields.number("n"))
                .isInstanceOfSatisfying(
                        BadRequest.class, refused -> assertThat(refused.code()).isEqualTo("bad_field"));
    }

    private static JsonFields parse(String text) {
        return JsonText.parse(Bytes.utf8(text));
    }

    private static void assertRefused(String text, String code) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOfSatisfying(
                        BadRequest.class, refused -> assertThat(refused.code()).isEqualTo(code));
    }
}
