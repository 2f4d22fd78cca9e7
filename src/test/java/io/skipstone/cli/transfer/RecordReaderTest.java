package io.skipstone.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordReaderTest {
    private static final int MAX_LINE_BYTES = 200;

    @Nested
    class JsonLines {
        @Test
        void readsOneRecordALineAndCountsBlankLines() throws IOException {
            assertThat(jsonLines("{\"key\":\"a\",\"value\":\"1\"}\r\n\n{\"key\":\"b\",\"value\":\"\"}"))
                    .containsExactly(good(1, "a", "1"), good(3, "b", ""));
        }

        @Test
        void readsBase64AndExpiry() throws IOException {
            var items = jsonLines(
                    "{\"keyBase64\":\"AP8=\",\"valueBase64\":\"/w==\",\"expiresAt\":\"2030-01-01T00:00:00Z\"}");

            assertThat(items)
                    .containsExactly(new InputItem.Good(new ImportRecord(
                            1,
                            Key.of(new byte[] {0, (byte) 0xFF}),
                            Bytes.wrap(new byte[] {(byte) 0xFF}),
                            Timestamp.ofMillis(
                                    Instant.parse("2030-01-01T00:00:00Z").toEpochMilli()))));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{                                     | not well-formed JSON",
                    "[]                                    | not a JSON object",
                    "{\"key\":\"a\"}                       | there is neither a text 'value'",
                    "{\"key\":1,\"value\":\"b\"}           | there is neither a text 'key'",
                    "{\"key\":\"\",\"value\":\"b\"}        | the key is empty",
                    "{\"keyBase64\":\"!\",\"value\":\"b\"} | 'keyBase64' is not base64",
                    "{\"key\":\"\\ud800\",\"value\":\"b\"} | half a surrogate pair",
                    "{\"key\":\"a\",\"key\":\"b\"}         | not well-formed JSON",
                    "{\"key\":\"a\",\"value\":\"b\"}{}     | not well-formed JSON",
                    "{\"key\":\"a\",\"value\":\"b\",\"expiresAt\":\"soon\"} | not an RFC 3339 time",
                })
        void reportsABadLineAndReadsTheNext(String line, String reason) throws IOException {
            var items = jsonLines(line + "\n{\"key\":\"z\",\"value\":\"26\"}\n");

            assertThat(items).hasSize(2);
            assertThat(items.getFirst()).isInstanceOfSatisfying(InputItem.Bad.class, bad -> {
                assertThat(bad.number()).isEqualTo(1);
                assertThat(bad.reason()).contains(reason);
            });
            assertThat(items.getLast()).isEqualTo(good(2, "z", "26"));
        }

        @Test
        void reportsALineThatIsTooLongAndReadsTheNext() throws IOException {
            var items = jsonLines("x".repeat(MAX_LINE_BYTES + 1) + "\n{\"key\":\"z\",\"value\":\"26\"}");

            assertThat(items)
                    .containsExactly(new InputItem.Bad(1, "the line is longer than 200 bytes"), good(2, "z", "26"));
        }

        private List<InputItem> jsonLines(String text) throws IOException {
            return all(new JsonLinesReader(stream(text), MAX_LINE_BYTES, new RecordShape.Rows()));
        }
    }

    @Nested
    class Tsv {
        @Test
        void readsKeyTabValueWithEscapes() throws IOException {
            assertThat(tsv("a\\x09\tb\\\\\tc\n")).containsExactly(good(1, "a\t", "b\\\tc"));
        }

        @Test
        void reportsALineWithoutATabAndABadEscape() throws IOException {
            assertThat(tsv("lonely\na\t\\q\n\tempty\n"))
                    .extracting(InputItem::number, item -> ((InputItem.Bad) item).reason())
                    .satisfiesExactly(
                            first -> assertThat(first.toList())
                                    .containsExactly(1L, "there is no tab between key and value"),
                            second -> assertThat(second.toList().getLast())
                                    .asString()
                                    .startsWith("in the value, the backslash at character 1"),
                            third -> assertThat(third.toList().getLast())
                                    .asString()
                                    .startsWith("the key is empty"));
        }

        private List<InputItem> tsv(String text) throws IOException {
            return all(new TsvReader(stream(text), MAX_LINE_BYTES));
        }
    }

    @Nested
    class JsonArray {
        private final RecordShape shape = new RecordShape.Templated(KeyTemplate.parse("p/{n}/{line}"));

        @Test
        void readsTheObjectsOfAnArrayAndKeepsThemAsTheyAre() throws IOException {
            assertThat(array("[ {\"n\": \"a\", \"x\": 1.10},\n {\"n\":\"b\"} ]"))
                    .containsExactly(good(1, "p/a/1", "{\"n\":\"a\",\"x\":1.10}"), good(2, "p/b/2", "{\"n\":\"b\"}"));
        }

        @Test
        void readsObjectsOneAfterTheOther() throws IOException {
            assertThat(array("{\"n\":\"a\"}\n{\"n\":\"b\"}"))
                    .containsExactly(good(1, "p/a/1", "{\"n\":\"a\"}"), good(2, "p/b/2", "{\"n\":\"b\"}"));
        }

        @Test
        void readsNothingFromNothing() throws IOException {
            assertThat(array("")).isEmpty();
            assertThat(array("[]")).isEmpty();
        }

        @Test
        void reportsAnElementThatIsNoRecordAndGoesOn() throws IOException {
            assertThat(array("[17, {\"m\":1}, {\"n\":\"c\"}]"))
                    .containsExactly(
                            new InputItem.Bad(1, "not a JSON object"),
                            new InputItem.Bad(2, "field 'n' of the key template is missing"),
                            good(3, "p/c/3", "{\"n\":\"c\"}"));
        }

        @Test
        void endsWhereTheJsonIsDamagedAndSaysBehindWhichRecord() {
            assertThatThrownBy(() -> array("[{\"n\":\"a\"}, {\"n\":"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("damaged behind record 1");
        }

        private List<InputItem> array(String text) throws IOException {
            return all(new JsonArrayReader(stream(text), shape));
        }
    }

    private static InputItem good(long number, String key, String value) {
        return new InputItem.Good(new ImportRecord(number, Key.utf8(key), Bytes.utf8(value), Timestamp.NONE));
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<InputItem> all(RecordReader reader) throws IOException {
        try (reader) {
            List<InputItem> items = new ArrayList<>();
            for (Optional<InputItem> item = reader.next(); item.isPresent(); item = reader.next()) {
                items.add(item.get());
            }
            return items;
        }
    }
}
