package io.skipstone.consensus;

/** Whether one flipped bit explains a wrong CRC-32C. The checksum is linear, so the difference tells without trying each bit. */
final class BitFlip {
    /** Castagnoli's polynomial, reflected. */
    private static final int POLYNOMIAL = 0x82F63B78;

    /** What a byte does to the checksum, and which byte did it by the result's upper eight bits. */
    private static final int[] TABLE = new int[256];

    private static final int[] BY_UPPER_BITS = new int[256];

    static {
        for (int value = 0; value < 256; value++) {
            int crc = value;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) != 0 ? POLYNOMIAL : 0);
            }
            TABLE[value] = crc;
            BY_UPPER_BITS[crc >>> 24] = value;
        }
    }

    private BitFlip() {}

    /**
     * Whether a flipped bit in that many bytes, or in their checksum, makes the difference.
     *
     * @param difference the checksum of the bytes, exclusive-or the one that was written
     */
    static boolean explains(int difference, int bytes) {
        if (Integer.bitCount(difference) == 1) {
            return true;
        }
        int before = difference;
        for (int distance = 0; distance < bytes; distance++) {
            before = withoutLastByte(before);
            if (Integer.bitCount(before) == 1 && before > 0 && before < 256) {
                return true;
            }
        }
        return false;
    }

    /** The register before a zero byte was taken in. */
    private static int withoutLastByte(int after) {
        int value = BY_UPPER_BITS[after >>> 24];
        return (after ^ TABLE[value]) << 8 | value;
    }
}
