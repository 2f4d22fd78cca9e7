package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Bytes;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The bytes of rows. Whoever changes an expected value here changes the format of every store there is. */
class RowsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] ROW_KEY = HEX.parseHex("00610001fffffffffffffff5");

    @Nested
    class AKeyRow {
        @Test
        void withItsValueInside() {
            var content = new KeyRow.Content.Inline(Bytes.utf8("v1"));
            assertThatBytes(
                    new KeyRow.Version(Timestamp.NONE, 300, 301, 2, 0, content),
                    "01" + "00" + "ad02" + "ac02" + "02" + "7631");
        }

        @Test
        void thatExpires() {
            var content = new KeyRow.Content.Inline(Bytes.utf8("v"));
            assertThatBytes(
                    new KeyRow.Version(new Timestamp(0x4000), 1, 2, 3, 5, content),
                    "01" + "02" + "02" + "01" + "03" + "808001" + "05" + "76");
        }

        @Test
        void thatIsAttachedToALease() {
            var content = new KeyRow.Content.Inline(Bytes.utf8("v"));
            assertThatBytes(
                    new KeyRow.Version(Timestamp.NONE, 1, 2, 3, 5, content, 300),
                    "01" + "08" + "02" + "01" + "03" + "ac02" + "05" + "76");
        }

        @Test
        void withItsValueInPieces() {
            var content = new KeyRow.Content.Pieces(9, 20_000, 0x01020304);
            assertThatBytes(
                    new KeyRow.Version(Timestamp.NONE, 1, 2, 3, 0, content),
                    "01" + "04" + "02" + "01" + "03" + "09" + "a09c01" + "01020304");
        }

        @Test
        void ofADelete() {
            assertThatBytes(KeyRow.Version.deleted(7), "01" + "01" + "07");
        }

        @Test
        void thatLinksToALayer() {
            assertThatBytes(new KeyRow.Link(300), "02" + "ac02");
        }

        private void assertThatBytes(KeyRow row, String expected) {
            byte[] encoded = row.encode(ROW_KEY);

            assertThat(HEX.formatHex(encoded, 0, encoded.length - 4)).isEqualTo(expected);
            assertThat(KeyRow.decode(ROW_KEY, encoded)).isEqualTo(row);
            assertThatEveryFlippedBitIsFound(encoded);
            byte[] otherKey = ROW_KEY.clone();
            otherKey[1]++;
            assertThatThrownBy(() -> KeyRow.decode(otherKey, encoded)).isInstanceOf(InvariantViolation.class);
        }

        private void assertThatEveryFlippedBitIsFound(byte[] encoded) {
            for (int bit = 0; bit < encoded.length * 8; bit++) {
                byte[] broken = encoded.clone();
                broken[bit / 8] ^= (byte) (1 << bit % 8);
                assertThatThrownBy(() -> KeyRow.decode(ROW_KEY, broken)).isInstanceOf(InvariantViolation.class);
            }
        }

        @Test
        void ofAnUnknownKindOrWithUnknownFlagsIsRefused() {
            byte[] kind = new RowWriter(8).oneByte(3).sealWith(ROW_KEY);
            byte[] flags = new RowWriter(8).oneByte(1).varint(16).varint(1).sealWith(ROW_KEY);
            byte[] longer = new RowWriter(8).oneByte(2).varint(1).oneByte(0).sealWith(ROW_KEY);

            assertThatThrownBy(() -> KeyRow.decode(ROW_KEY, kind)).hasMessageContaining("unknown kind 3");
            assertThatThrownBy(() -> KeyRow.decode(ROW_KEY, flags)).hasMessageContaining("unknown flags");
            assertThatThrownBy(() -> KeyRow.decode(ROW_KEY, longer)).hasMessageContaining("too many");
            assertThatThrownBy(() -> KeyRow.decode(ROW_KEY, new byte[3])).hasMessageContaining("checksum");
        }
    }

    @Nested
    class AChangeRow {
        @Test
        void hasTheTimestampAndTheKeys() {
            var row = new ChangeRow(5, 1, new Timestamp(0x0102), List.of(Key.utf8("a"), Key.utf8("bc")));

            byte[] encoded = row.encode();

            assertThat(HEX.formatHex(row.rowKey())).isEqualTo("0000000000000005" + "00000001");
            assertThat(HEX.formatHex(encoded, 0, encoded.length - 4))
                    .isEqualTo("0000000000000102" + "02" + "0161" + "026263");
            assertThat(ChangeRow.decode(row.rowKey(), encoded)).isEqualTo(row);
        }
    }

    @Nested
    class ALeaseRow {
        @Test
        void hasTheTimeTheLimitAndTheCount() {
            var lease = new GrantedLease(300, 60, new Timestamp(0x4000), 10_000, 2);
            byte[] rowKey = LeaseRow.rowKey(300);

            byte[] encoded = LeaseRow.encode(rowKey, lease);

            assertThat(HEX.formatHex(rowKey)).isEqualTo("000000000000012c");
            assertThat(HEX.formatHex(encoded, 0, encoded.length - 4)).isEqualTo("3c" + "808001" + "904e" + "02");
            assertThat(LeaseRow.decode(rowKey, encoded)).isEqualTo(lease);
        }
    }

    @Test
    void theChecksumIsCrc32cOfTheRowKeyAndTheRow() {
        // The check value of CRC-32C: "123456789" gives e3069283.
        byte[] encoded = new RowWriter(9)
                .bytes(Bytes.utf8("6789").array())
                .sealWith(Bytes.utf8("12345").array());

        assertThat(HEX.formatHex(encoded)).isEqualTo("36373839" + "e3069283");
    }
}
