package io.skipstone.cli.transfer;

import io.skipstone.model.Bytes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over the items of an input so far. A resumed import compares it before it skips what was imported: a changed file, another key
 * template or another format is noticed. One thread.
 */
final class InputDigest {
    private final MessageDigest sha256 = newSha256();

    void add(InputItem item) {
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(item.number()).array());
        switch (item) {
            case InputItem.Good(var good) -> {
                add(good.key().bytes());
                add(good.value());
            }
            case InputItem.Bad _ -> add(Bytes.EMPTY);
        }
    }

    /** The digest so far, in hex; more may be added afterwards. */
    String hexSoFar() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) sha256.clone()).digest());
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("this JDK's SHA-256 cannot be cloned", impossible);
        }
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this JDK has no SHA-256", impossible);
        }
    }

    private void add(Bytes bytes) {
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length()).array());
        sha256.update(bytes.array());
    }
}
