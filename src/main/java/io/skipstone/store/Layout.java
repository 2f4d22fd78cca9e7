package io.skipstone.store;

import io.skipstone.model.Invariants;

/**
 * The sizes at which rows are cut.
 *
 * @param chunkBytes bytes of an encoded key in one row; longer keys continue in a layer of their own
 * @param inlineValueBytes larger values are cut into pieces: beyond this LMDB would give each row pages of its own
 * @param pieceBytes size of such a piece, and of a row of the change log
 */
record Layout(int chunkBytes, int inlineValueBytes, int pieceBytes) {
    /** The layout of every store on disk: format version 1. Others exist in tests only. */
    static final Layout STANDARD = new Layout(480, 1536, 15 * 1024);

    /** What LMDB takes as a key. */
    private static final int MAX_ROW_KEY_BYTES = 511;

    Layout {
        Invariants.check(chunkBytes > 0, "chunk size below one: {}", chunkBytes);
        Invariants.check(
                KeyCodec.CHILD_LAYER_BYTES + chunkBytes + Long.BYTES <= MAX_ROW_KEY_BYTES,
                "a chunk of {} bytes does not fit into a row key",
                chunkBytes);
        Invariants.check(pieceBytes > 0, "piece size below one: {}", pieceBytes);
    }
}
