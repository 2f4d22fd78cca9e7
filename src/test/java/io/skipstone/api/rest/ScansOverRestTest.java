package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(OneNode.class)
class ScansOverRestTest extends RestTest {
    @BeforeEach
    void fiveKeys() throws Exception {
        for (String key : List.of("a", "b", "b/1", "b/2", "c")) {
            put(kv(key), "v-" + key).is(200);
        }
    }

    @Test
    void aPrefixListsItsKeysInOrderWithTheirVersions() throws Exception {
        var page = get(scan("")).is(200).json();

        assertThat(keys(page)).containsExactly("a", "b", "b/1", "b/2", "c");
        JsonNode first = page.path("items").path(0);
        assertThat(first.path("value").asText()).isEqualTo("v-a");
        assertThat(first.path("version").asLong()).isEqualTo(1);
        assertThat(first.path("createRevision").asLong())
                .isEqualTo(first.path("modRevision").asLong());
        assertThat(first.path("commitTs").isTextual()).isTrue();
        assertThat(first.has("expiresAt")).isFalse();
        assertThat(page.has("next")).isFalse();
        assertThat(page.path("revision").asLong()).isPositive();
        assertThat(page.path("readTs").isTextual()).isTrue();
    }

    @Test
    void aRangeLeavesItsEndOut() throws Exception {
        var page = get("/v1/kv?start=" + room + "b&end=" + room + "b/2").is(200).json();

        assertThat(keys(page)).containsExactly("b", "b/1");
    }

    @Test
    void theOrderTurnsAround() throws Exception {
        assertThat(keys(get(scan("&reverse=true")).is(200).json())).containsExactly("c", "b/2", "b/1", "b", "a");
    }

    @Test
    void keysComeWithoutValues() throws Exception {
        var page = get(scan("&keysOnly=true")).is(200).json();

        assertThat(keys(page)).hasSize(5);
        assertThat(page.path("items").path(0).has("value")).isFalse();
        assertThat(page.path("items").path(0).has("valueBase64")).isFalse();
    }

    @Test
    void keysAreCounted() throws Exception {
        assertThat(get(scan("&countOnly=true")).is(200).json().path("count").asLong())
                .isEqualTo(5);
        assertThat(get("/v1/kv?countOnly=true&prefix=" + room + "nothing")
                        .is(200)
                        .json()
                        .path("count")
                        .asLong())
                .isZero();
    }

    @Test
    void bytesThatAreNoTextComeAsBase64() throws Exception {
        send("PUT", kv("%FF%00"), new byte[] {(byte) 0xC0, 1}).is(200);

        JsonNode item = get("/v1/kv?prefix=" + room + "%FF")
                .is(200)
                .json()
                .path("items")
                .path(0);

        assertThat(item.has("key")).isFalse();
        assertThat(Base64.getDecoder().decode(item.path("keyBase64").asText())).endsWith(0xFF, 0);
        assertThat(Base64.getDecoder().decode(item.path("valueBase64").asText()))
                .containsExactly(0xC0, 1);
    }

    @Test
    void theStateBeforeABulkUpdateCanBeRead() throws Exception {
        String before = get(scan("")).json().path("readTs").asText();
        for (String key : List.of("a", "b", "c", "new")) {
            put(kv(key), "changed").is(200);
        }
        delete(kv("b/1")).is(200);

        var then = get(scan("&at=ts:" + before)).is(200).json();

        assertThat(keys(then)).containsExactly("a", "b", "b/1", "b/2", "c");
        then.path("items")
                .forEach(item -> assertThat(item.path("value").asText()).startsWith("v-"));
        assertThat(get(scan("&countOnly=true&at=ts:" + before))
                        .is(200)
                        .json()
                        .path("count")
                        .asLong())
                .isEqualTo(5);
    }

    @Nested
    @TestProfile(OneNode.class)
    class Pages {
        @ParameterizedTest
        @ValueSource(strings = {"", "&reverse=true", "&keysOnly=true", "&read=local"})
        void readTheMomentOfTheFirstOneWhateverIsWritten(String options) throws Exception {
            List<String> seen = new ArrayList<>();
            var page = get(scan("&limit=2" + options)).is(200).json();
            while (true) {
                seen.addAll(keys(page));
                if (!page.has("next")) {
                    break;
                }
                put(kv("b/1"), "changed");
                put(kv("b/0-new"), "new");
                delete(kv("c"));
                page = get(scan("&limit=2" + options + "&page="
                                + page.path("next").asText()))
                        .is(200)
                        .json();
            }

            var expected = new ArrayList<>(List.of("a", "b", "b/1", "b/2", "c"));
            assertThat(seen).containsExactlyElementsOf(options.contains("reverse") ? expected.reversed() : expected);
        }

        @Test
        void mayChangeTheirSize() throws Exception {
            var first = get(scan("&limit=1")).is(200).json();

            var rest = get(scan("&page=" + first.path("next").asText())).is(200).json();

            assertThat(keys(rest)).containsExactly("b", "b/1", "b/2", "c");
        }

        @Test
        void belongToTheirScan() throws Exception {
            String token = get(scan("&limit=1")).json().path("next").asText();

            get(scan("&reverse=true&page=" + token)).isProblem(400, "bad_page_token");
            get(scan("&keysOnly=true&page=" + token)).isProblem(400, "bad_page_token");
            get("/v1/kv?page=" + token).isProblem(400, "bad_page_token");
            get(scan("&page=" + token.substring(1))).isProblem(400, "bad_page_token");
            get(scan("&page=")).isProblem(400, "bad_page_token");
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class PrefixDeletes {
        @Test
        void removeEverythingUnderAPrefix() throws Exception {
            var answer = delete("/v1/kv?prefix=" + room + "b").is(200).json();

            assertThat(answer.path("deleted").asLong()).isEqualTo(3);
            assertThat(keys(get(scan("")).json())).containsExactly("a", "c");
        }

        @Test
        void keepWhatIsExcluded() throws Exception {
            delete("/v1/kv?prefix=" + room + "&exclude=" + room + "b/").is(200);

            assertThat(keys(get(scan("")).json())).containsExactly("b/1", "b/2");
        }

        @Test
        void ofEverythingMustBeMeant() throws Exception {
            delete("/v1/kv").isProblem(400, "prefix_missing");
            delete("/v1/kv?prefix=").isProblem(400, "prefix_missing");
            delete("/v1/kv?prefix=" + room + "&all=true").isProblem(400, "contradictory_prefix");

            assertThat(keys(get(scan("")).json())).hasSize(5);
        }

        @Test
        void doNotExcludeWhatLiesElsewhere() throws Exception {
            assertThat(delete("/v1/kv?prefix=" + room + "&exclude=elsewhere").status())
                    .isEqualTo(400);

            assertThat(keys(get(scan("")).json())).hasSize(5);
        }
    }

    private String scan(String options) {
        return "/v1/kv?prefix=" + room + options;
    }

    /** Keys of a page, without this test's room. */
    private List<String> keys(JsonNode page) {
        var keys = new ArrayList<String>();
        page.path("items").forEach(item -> keys.add(item.path("key").asText().substring(room.length())));
        return keys;
    }
}
