package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Invariants;
import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.Engine.Writing;
import io.skipstone.store.KeyRow.Content.Pieces;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Values that are cut into pieces of a few pages, so that LMDB need not find long runs of free pages. */
final class BigValues {
    private BigValues() {}

    static Pieces write(Writing rows, Layout layout, long bigId, Bytes value) {
        byte[] array = value.array();
        for (int piece = 0, from = 0; from < array.length; piece++, from += layout.pieceBytes()) {
            int to = Math.min(array.length, from + layout.pieceBytes());
            rows.put(Table.BIG, KeyCodec.longIntKey(bigId, piece), Arrays.copyOfRange(array, from, to));
        }
        return new Pieces(bigId, array.length, checksum(array));
    }

    static Bytes read(Reading rows, Pieces pieces) {
        byte[] value = new byte[pieces.length()];
        int filled = 0;
        for (int piece = 0; filled < value.length; piece++) {
            byte[] part = rows.get(Table.BIG, KeyCodec.longIntKey(pieces.bigId(), piece))
                    .orElseThrow(() ->
                            new InvariantViolation("a piece is missing of a value of " + value.length + " bytes"));
            Invariants.check(
                    part.length > 0 && part.length <= value.length - filled,
                    "a piece of {} bytes does not fit into a value of {}",
                    part.length,
                    value.length);
            System.arraycopy(part, 0, value, filled, part.length);
            filled += part.length;
        }
        Invariants.check(
                checksum(value) == pieces.checksum(),
                "checksum of a value in pieces does not match; value of {} bytes",
                value.length);
        return Bytes.wrap(value);
    }

    static void delete(Writing rows, Pieces pieces) {
        int piece = 0;
        while (rows.delete(Table.BIG, KeyCodec.longIntKey(pieces.bigId(), piece))) {
            piece++;
        }
    }

    private static int checksum(byte[] value) {
        var crc = new CRC32C();
        crc.update(value);
        return (int) crc.getValue();
    }
}
