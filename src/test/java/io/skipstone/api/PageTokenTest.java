package io.skipstone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Moment;
import io.skipstone.model.ReadAt;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.Timestamp;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PageTokenTest {
    private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("city/"));
    private static final PageToken.Scan SCAN =
            new PageToken.Scan(RANGE, Order.ASCENDING, Content.KEYS_AND_VALUES, ReadRequest.DEFAULT);
    private static final Moment MOMENT = new Moment(new Timestamp(70), new Timestamp(90));
    private static final PageToken TOKEN = new PageToken(MOMENT, new KeyRange(Bytes.utf8("city/IS"), RANGE.end()));

    @Nested
    class ComesBack {
        @Test
        void withItsMomentAndTheRest() {
            assertThat(PageToken.decodeText(TOKEN.encodeText(SCAN), SCAN)).isEqualTo(TOKEN);
        }

        @Test
        void inReverseOrder() {
            var scan = new PageToken.Scan(RANGE, Order.DESCENDING, Content.KEYS_ONLY, ReadRequest.DEFAULT);
            var token = new PageToken(MOMENT, new KeyRange(RANGE.start(), Bytes.utf8("city/IS")));

            assertThat(PageToken.decode(token.encode(scan), scan)).isEqualTo(token);
        }

        @Test
        void withAKeyOfAnyBytes() {
            var scan = new PageToken.Scan(KeyRange.ALL, Order.ASCENDING, Content.KEYS_ONLY, ReadRequest.DEFAULT);
            var token = new PageToken(MOMENT, new KeyRange(Bytes.wrap(new byte[] {0, -1, '/', '%', 0}), Bytes.EMPTY));

            String text = token.encodeText(scan);

            assertThat(text).matches("[A-Za-z0-9_-]+");
            assertThat(PageToken.decodeText(text, scan)).isEqualTo(token);
        }
    }

    @Nested
    class IsRefused {
        static Stream<PageToken.Scan> otherScans() {
            var snapshot = ReadRequest.of(Optional.of(new ReadAt.AtRevision(3)), Optional.empty());
            var local = ReadRequest.of(Optional.empty(), Optional.of(Consistency.LOCAL));
            return Stream.of(
                    new PageToken.Scan(KeyRange.ALL, Order.ASCENDING, Content.KEYS_AND_VALUES, ReadRequest.DEFAULT),
                    new PageToken.Scan(
                            new KeyRange(RANGE.start(), Bytes.EMPTY),
                            Order.ASCENDING,
                            Content.KEYS_AND_VALUES,
                            ReadRequest.DEFAULT),
                    new PageToken.Scan(RANGE, Order.DESCENDING, Content.KEYS_AND_VALUES, ReadRequest.DEFAULT),
                    new PageToken.Scan(RANGE, Order.ASCENDING, Content.KEYS_ONLY, ReadRequest.DEFAULT),
                    new PageToken.Scan(RANGE, Order.ASCENDING, Content.KEYS_AND_VALUES, snapshot),
                    new PageToken.Scan(RANGE, Order.ASCENDING, Content.KEYS_AND_VALUES, local));
        }

        @ParameterizedTest
        @MethodSource("otherScans")
        void forAnotherScan(PageToken.Scan other) {
            assertRefused(TOKEN.encode(SCAN), other);
        }

        @Test
        void whenAnyBitOfItIsWrong() {
            Bytes token = TOKEN.encode(SCAN);
            for (int bit = 0; bit < token.length() * 8; bit++) {
                byte[] damaged = token.array().clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);

                assertRefused(Bytes.wrap(damaged), SCAN);
            }
        }

        @Test
        void whenItIsCutShort() {
            Bytes token = TOKEN.encode(SCAN);
            for (int length = 0; length < token.length(); length++) {
                assertRefused(Bytes.wrap(Arrays.copyOf(token.array(), length)), SCAN);
            }
        }

        @Test
        void whenItIsNoToken() {
            assertThatThrownBy(() -> PageToken.decodeText("not base64!", SCAN)).isInstanceOf(BadRequest.class);
            assertThatThrownBy(() -> PageToken.decodeText("", SCAN)).isInstanceOf(BadRequest.class);
        }

        @Test
        void whenItLeavesTheRangeOfTheScan() {
            var outside = new PageToken(MOMENT, new KeyRange(Bytes.utf8("a"), RANGE.end()));

            assertRefused(outside.encode(SCAN), SCAN);
        }

        private static void assertRefused(Bytes token, PageToken.Scan scan) {
            assertThatThrownBy(() -> PageToken.decode(token, scan))
                    .isInstanceOfSatisfying(BadRequest.class, refused -> assertThat(refused.code())
                            .isEqualTo("bad_page_token"));
        }
    }
}
