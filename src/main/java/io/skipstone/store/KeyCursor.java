package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Invariants;
import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Engine.Rows;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Walks over the versions of all keys in the order of the keys, through the layers: newest version of a key first when it goes
 * forward. Moves by single steps where it can; a seek costs as much as ten of them.
 */
final class KeyCursor {
    /** Steps over versions of one key before it seeks across the rest of them. */
    static final int STEPS_BEFORE_SEEK = 4;

    private static final byte[] NOTHING = {};

    private final Rows rows;
    private final Layout layout;
    private final int maxDepth;
    private final Deque<Frame> above = new ArrayDeque<>();
    private byte[] layer = KeyCodec.rootLayer();
    private byte[] encodedAbove = NOTHING;
    private boolean valid;

    /** The layer that a link was followed from. */
    private static final class Frame {
        private final byte[] layer;
        private final byte[] linkKey;
        private final byte[] encodedAbove;

        Frame(byte[] layer, byte[] linkKey, byte[] encodedAbove) {
            this.layer = layer;
            this.linkKey = linkKey;
            this.encodedAbove = encodedAbove;
        }
    }

    KeyCursor(Rows rows, Layout layout) {
        this.rows = rows;
        this.layout = layout;
        this.maxDepth = 2 * (Key.MAX_BYTES + 1) / layout.chunkBytes() + 1;
    }

    /** Whether it stands on a version. */
    boolean valid() {
        return valid;
    }

    byte[] rowKey() {
        return rows.key();
    }

    long commitTsBits() {
        return KeyCodec.commitTsBits(rows.key());
    }

    /** What the cursor stands on; stays true when it moves on. */
    Found found() {
        return new Found(encodedAbove, layer.length, rows.key(), rows.row());
    }

    /** A version and the key it belongs to. */
    static final class Found {
        private final byte[] encodedAbove;
        private final int layerBytes;
        private final byte[] rowKey;
        private final byte[] row;

        private Found(byte[] encodedAbove, int layerBytes, byte[] rowKey, byte[] row) {
            this.encodedAbove = encodedAbove;
            this.layerBytes = layerBytes;
            this.rowKey = rowKey;
            this.row = row;
        }

        byte[] rowKey() {
            return rowKey;
        }

        Key key() {
            int end = rowKey.length - Long.BYTES;
            return Key.of(KeyCodec.decode(KeyCodec.join(encodedAbove, rowKey, layerBytes, end)));
        }

        Timestamp commitTs() {
            return new Timestamp(KeyCodec.commitTsBits(rowKey));
        }

        KeyRow.Version version() {
            return KeyRow.version(rowKey, row);
        }
    }

    /** Order of the current key against an encoded one. */
    int compareKey(byte[] encoded) {
        byte[] rowKey = rows.key();
        if (above.isEmpty()) {
            return Arrays.compareUnsigned(rowKey, layer.length, rowKey.length - Long.BYTES, encoded, 0, encoded.length);
        }
        return Arrays.compareUnsigned(encodedKey(), encoded);
    }

    private byte[] encodedKey() {
        byte[] rowKey = rows.key();
        return KeyCodec.join(encodedAbove, rowKey, layer.length, rowKey.length - Long.BYTES);
    }

    /** Moves to the newest version of the first key at or above this encoded one. */
    void seek(byte[] encoded) {
        toRoot();
        int from = 0;
        while (encoded.length - from > layout.chunkBytes()) {
            byte[] linkKey = KeyCodec.join(layer, encoded, from, from + layout.chunkBytes());
            boolean found = rows.seek(linkKey);
            if (!found || !Arrays.equals(rows.key(), linkKey)) {
                settleForward(found);
                return;
            }
            descend();
            from += layout.chunkBytes();
        }
        settleForward(rows.seek(KeyCodec.join(layer, encoded, from, encoded.length)));
    }

    /** Moves to the oldest version of the last key below this encoded one. */
    void seekBelow(byte[] encoded) {
        seek(encoded);
        if (valid) {
            previous();
        } else {
            seekLast();
        }
    }

    /** Moves to the oldest version of the last key. */
    void seekLast() {
        toRoot();
        settleBackward(toLayerEnd());
    }

    private void toRoot() {
        above.clear();
        layer = KeyCodec.rootLayer();
        encodedAbove = NOTHING;
    }

    /** One row forward: an older version, or the newest of the next key. */
    void next() {
        settleForward(rows.next());
    }

    /** One row back: a newer version, or the oldest of the key before. */
    void previous() {
        settleBackward(rows.previous());
    }

    /** From any version of a key to the newest version of the next key. */
    void nextKey() {
        byte[] from = rows.key();
        for (int step = 0; step < STEPS_BEFORE_SEEK; step++) {
            next();
            if (!stillAt(from)) {
                return;
            }
        }
        // No commit timestamp is 0, so this lies behind the oldest version and before the next key.
        settleForward(rows.seek(KeyCodec.versionKey(KeyCodec.versionPrefix(from), 0)));
    }

    /** From any version of a key to the oldest version of the key before. */
    void previousKey() {
        byte[] from = rows.key();
        for (int step = 0; step < STEPS_BEFORE_SEEK; step++) {
            previous();
            if (!stillAt(from)) {
                return;
            }
        }
        rows.seek(KeyCodec.versionPrefix(from));
        previous();
    }

    /**
     * From the newest version of a key to its newest version up to this timestamp; returns whether there is one. If not, it stands
     * on the newest version of the next key.
     */
    boolean olderUpTo(long upToBits) {
        byte[] from = rows.key();
        for (int step = 0; step < STEPS_BEFORE_SEEK; step++) {
            if (commitTsBits() <= upToBits) {
                return true;
            }
            next();
            if (!stillAt(from)) {
                return false;
            }
        }
        seekVersion(from, upToBits);
        return stillAt(from);
    }

    /** To the newest version, up to this timestamp, of the key that {@code versionKey} belongs to and the cursor stands on. */
    void seekVersion(byte[] versionKey, long upToBits) {
        settleForward(rows.seek(KeyCodec.versionKey(KeyCodec.versionPrefix(versionKey), upToBits)));
    }

    boolean stillAt(byte[] versionKey) {
        return valid && KeyCodec.sameKey(versionKey, rows.key());
    }

    private void settleForward(boolean moved) {
        boolean found = moved;
        while (true) {
            if (!found || !KeyCodec.startsWith(rows.key(), layer)) {
                if (above.isEmpty()) {
                    valid = false;
                    return;
                }
                byte[] linkKey = ascend();
                found = rows.seek(Arrays.copyOf(linkKey, linkKey.length + 1));
            } else if (KeyRow.isLink(rows.row())) {
                descend();
                found = rows.seek(layer);
            } else {
                valid = true;
                return;
            }
        }
    }

    private void settleBackward(boolean moved) {
        boolean found = moved;
        while (true) {
            if (!found || !KeyCodec.startsWith(rows.key(), layer)) {
                if (above.isEmpty()) {
                    valid = false;
                    return;
                }
                found = rows.seek(ascend()) && rows.previous();
            } else if (KeyRow.isLink(rows.row())) {
                descend();
                found = toLayerEnd();
            } else {
                valid = true;
                return;
            }
        }
    }

    /** To the last row before the end of the current layer; it may belong to a layer before. */
    private boolean toLayerEnd() {
        return rows.seek(Bytes.wrap(layer).afterPrefix().array()) ? rows.previous() : rows.last();
    }

    /** Into the layer behind the link that the cursor stands on. */
    private void descend() {
        byte[] linkKey = rows.key();
        long childId = KeyRow.link(linkKey, rows.row()).childId();
        above.push(new Frame(layer, linkKey, encodedAbove));
        Invariants.check(above.size() <= maxDepth, "key layers are nested deeper than {}", maxDepth);
        encodedAbove = KeyCodec.join(encodedAbove, linkKey, layer.length, linkKey.length);
        layer = KeyCodec.childLayer(childId);
    }

    private byte[] ascend() {
        Frame frame = above.pop();
        layer = frame.layer;
        encodedAbove = frame.encodedAbove;
        return frame.linkKey;
    }
}
