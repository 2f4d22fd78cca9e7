package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.api.ReadRequest;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.ReadAt;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryParamsTest {
    private static final Set<String> KNOWN = Set.of("prefix", "limit", "reverse", "at", "read");

    @Test
    void readsRawBytesFlagsAndNumbers() {
        var query = QueryParams.parse("prefix=%ff%00&limit=10&reverse=true&&", KNOWN);

        assertThat(query.bytes("prefix")).contains(Bytes.wrap(new byte[] {-1, 0}));
        assertThat(query.number("limit", "bad_limit")).contains(10L);
        assertThat(query.flag("reverse")).isTrue();
        assertThat(query.bytes("at")).isEmpty();
    }

    @Test
    void tellsAnEmptyValueFromNone() {
        assertThat(QueryParams.parse("prefix=", KNOWN).bytes("prefix")).contains(Bytes.EMPTY);
        assertThat(QueryParams.parse("prefix", KNOWN).bytes("prefix")).contains(Bytes.EMPTY);
        assertThat(QueryParams.parse("", KNOWN).bytes("prefix")).isEmpty();
    }

    @Test
    void readsWhichStateToRead() {
        assertThat(QueryParams.parse("", KNOWN).read()).isEqualTo(ReadRequest.DEFAULT);
        assertThat(QueryParams.parse("read=local", KNOWN).read())
                .isEqualTo(new ReadRequest(ReadAt.LATEST, Consistency.LOCAL));
        assertThat(QueryParams.parse("at=rev:4&read=snapshot", KNOWN).read())
                .isEqualTo(new ReadRequest(new ReadAt.AtRevision(4), Consistency.SNAPSHOT));
    }

    @ParameterizedTest
    @CsvSource({
        "nope=1, unknown_parameter",
        "Prefix=1, unknown_parameter",
        "=1, unknown_parameter",
        "prefix=a&prefix=a, repeated_parameter",
        "prefix=%, bad_percent_encoding",
        "%zz=1, bad_percent_encoding"
    })
    void refusesWhatItDoesNotUnderstand(String query, String code) {
        assertThatThrownBy(() -> QueryParams.parse(query, KNOWN))
                .isInstanceOfSatisfying(
                        BadRequest.class, refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @ParameterizedTest
    @CsvSource({"limit=-1", "limit=", "limit=1.0", "limit=9223372036854775808", "limit=0x10", "limit=abc"})
    void refusesWhatIsNoNumber(String query) {
        var params = QueryParams.parse(query, KNOWN);

        assertThatThrownBy(() -> params.number("limit", "bad_limit"))
                .isInstanceOfSatisfying(
                        BadRequest.class, refused -> assertThat(refused.code()).isEqualTo("bad_limit"));
    }

    @ParameterizedTest
    @CsvSource({"reverse=1", "reverse=TRUE", "reverse=", "reverse=yes"})
    void refusesWhatIsNoFlag(String query) {
        var params = QueryParams.parse(query, KNOWN);

        assertThatThrownBy(() -> params.flag("reverse")).isInstanceOf(BadRequest.class);
    }
}
