package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Bytes;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.StoreState.Doubt;
import io.skipstone.store.StoreState.Known;
import io.skipstone.store.StoreState.Unknown;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The bytes that a restart depends on. Whoever changes an expected value here changes the format of every store there is. */
class MetaRecordTest {
    private static final StoreMeta META = new StoreMeta(
            Optional.of(new Position(2, 41)),
            40,
            new Timestamp(0x1234),
            new Timestamp(0x5678),
            1,
            new Timestamp(0x0FFF),
            Bytes.utf8("conf"),
            Optional.of(new UUID(0x0A, 0x0B)),
            7,
            8);

    @Test
    @DisplayName("hasTheseBytes [SkipGate_KVFSMHeaderRoundTrip]")
    void hasTheseBytes() {
        byte[] encoded = MetaRecord.encode(META);

        assertThat(HexFormat.of().formatHex(encoded, 0, encoded.length - 4))
                .isEqualTo("534b5354" + "00000002" + "03" + "0000000000000002" + "0000000000000029"
                        + "0000000000000028" + "0000000000001234" + "0000000000005678" + "0000000000000001"
                        + "0000000000000fff" + "000000000000000a" + "000000000000000b" + "0000000000000007"
                        + "0000000000000008" + "00000004" + "636f6e66");
        assertThat(MetaRecord.decode(encoded)).isEqualTo(new Known(META));
    }

    @Test
    void isReadInTheFormatFromBeforeLeases() {
        byte[] present = MetaRecord.encode(META);
        byte[] before = new RowWriter(present.length)
                .int4(MetaRecord.MAGIC)
                .int4(1)
                .bytes(Arrays.copyOfRange(present, 8, present.length - 4))
                .sealWith(MetaRecord.ROW_KEY);

        assertThat(MetaRecord.decode(before)).isEqualTo(new Known(META));
    }

    @Test
    void tellsNoPositionFromPositionZero() {
        byte[] none = MetaRecord.encode(StoreMeta.EMPTY);
        byte[] zero = MetaRecord.encode(StoreMeta.EMPTY.advancedTo(new Position(0, 0)));

        assertThat(MetaRecord.decode(none)).isEqualTo(new Known(StoreMeta.EMPTY));
        assertThat(MetaRecord.decode(zero)).isNotEqualTo(MetaRecord.decode(none));
    }

    @Test
    @DisplayName("keepsEveryBitOfTermAndIndex [SetDurableAppliedIndex_RoundTrip]")
    void keepsEveryBitOfTermAndIndex() {
        var position = new Position(0x7EAD_BEEF_CAFE_F00DL, 0x5EED_FACE_DEAD_BEEFL);

        byte[] encoded = MetaRecord.encode(StoreMeta.EMPTY.advancedTo(position));

        assertThat(MetaRecord.decode(encoded)).isEqualTo(new Known(StoreMeta.EMPTY.advancedTo(position)));
        assertThat(HexFormat.of().formatHex(encoded)).contains("7eadbeefcafef00d" + "5eedfacedeadbeef");
    }

    @Test
    @DisplayName("isUnknownWhateverItIsCutTo [ApplyHeaderStateOnSkip_TruncatedFile]")
    void isUnknownWhateverItIsCutTo() {
        byte[] encoded = MetaRecord.encode(META);

        for (int length = 0; length < encoded.length; length++) {
            assertThat(MetaRecord.decode(Arrays.copyOf(encoded, length))).isEqualTo(new Unknown(Doubt.META_CORRUPT));
        }
        assertThat(MetaRecord.decode(Arrays.copyOf(encoded, encoded.length + 1)))
                .isEqualTo(new Unknown(Doubt.META_CORRUPT));
    }

    @Test
    @DisplayName(
            "isUnknownWhateverBitIsFlipped [ApplyHeaderStateOnSkip_WrongTokenCRC, ApplyHeaderStateOnSkip_BodyCorruption]")
    void isUnknownWhateverBitIsFlipped() {
        byte[] encoded = MetaRecord.encode(META);

        for (int bit = 0; bit < encoded.length * 8; bit++) {
            byte[] broken = encoded.clone();
            broken[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(MetaRecord.decode(broken)).isEqualTo(new Unknown(Doubt.META_CORRUPT));
        }
    }

    @Test
    void isOfAnUnknownFormatWhenItIsWholeButNotOurs() {
        byte[] later = new RowWriter(16).int4(MetaRecord.MAGIC).int4(3).sealWith(MetaRecord.ROW_KEY);
        byte[] foreign = new RowWriter(16).int4(1).int4(1).sealWith(MetaRecord.ROW_KEY);

        assertThat(MetaRecord.decode(later)).isEqualTo(new Unknown(Doubt.FORMAT_UNKNOWN));
        assertThat(MetaRecord.decode(foreign)).isEqualTo(new Unknown(Doubt.FORMAT_UNKNOWN));
    }

    @Test
    void isUnknownWhenItIsWholeButMakesNoSense() {
        byte[] negativeIndex = new RowWriter(16)
                .int4(MetaRecord.MAGIC)
                .int4(MetaRecord.FORMAT_VERSION)
                .oneByte(1)
                .long8(1)
                .long8(-1)
                .bytes(new byte[9 * Long.BYTES + Integer.BYTES])
                .sealWith(MetaRecord.ROW_KEY);

        assertThat(MetaRecord.decode(negativeIndex)).isEqualTo(new Unknown(Doubt.META_CORRUPT));
    }
}
