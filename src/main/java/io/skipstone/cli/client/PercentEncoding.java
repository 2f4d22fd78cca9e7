package io.skipstone.cli.client;

import io.skipstone.model.Bytes;
import java.util.HexFormat;

/** Any bytes as a segment of a path or a query value. */
public final class PercentEncoding {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentEncoding() {}

    /**
     * Encodes everything but letters, digits, {@code -}, {@code _} and {@code ~}. The dot is encoded too: a key {@code ..} would
     * otherwise be taken for a step up the path on its way.
     */
    public static String encode(Bytes bytes) {
        var out = new StringBuilder(bytes.length() * 3);
        for (byte b : bytes.array()) {
            if (isPlain(b)) {
                out.append((char) b);
            } else {
                out.append('%').append(HEX.toHexDigits(b));
            }
        }
        return out.toString();
    }

    public static String encode(String text) {
        return encode(Bytes.utf8(text));
    }

    private static boolean isPlain(byte b) {
        return between(b, 'a', 'z') || between(b, 'A', 'Z') || between(b, '0', '9') || "-_~".indexOf(b) >= 0;
    }

    private static boolean between(byte b, char first, char last) {
        return b >= first && b <= last;
    }
}
