package io.skipstone.api.rest;

import io.skipstone.model.Bytes;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/**
 * The request target as it came in, so that every byte string can be a key: no segment is folded and nothing is decoded
 * twice.
 *
 * @param path still encoded, from the first slash
 * @param query still encoded, without the question mark; empty when there is none
 */
public record RawUri(String path, String query) {
    /** Splits a request target, which may be in the absolute form that proxies use. */
    public static RawUri of(String target) {
        int from = 0;
        if (!target.startsWith("/")) {
            int authority = target.indexOf("://");
            int slash = authority < 0 ? -1 : target.indexOf('/', authority + 3);
            from = slash < 0 ? target.length() : slash;
        }
        int mark = target.indexOf('?', from);
        return mark < 0
                ? new RawUri(target.substring(from), "")
                : new RawUri(target.substring(from, mark), target.substring(mark + 1));
    }

    /** Undoes percent-encoding, strictly. In a path a plus sign is a plus sign. */
    static Bytes decodePath(String text) {
        return decode(text, false);
    }

    /** Undoes percent-encoding, strictly. In a query a plus sign is a space, as forms and URL libraries write it. */
    static Bytes decodeQuery(String text) {
        return decode(text, true);
    }

    private static Bytes decode(String text, boolean plusIsSpace) {
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                bytes.write(octet(text, i));
                i += 2;
            } else if (c > 0xFF) {
                throw bad("a character beyond one byte stands unencoded");
            } else {
                bytes.write(c == '+' && plusIsSpace ? ' ' : c);
            }
        }
        return Bytes.wrap(bytes.toByteArray());
    }

    private static int octet(String text, int percent) {
        if (percent + 2 >= text.length()
                || !HexFormat.isHexDigit(text.charAt(percent + 1))
                || !HexFormat.isHexDigit(text.charAt(percent + 2))) {
            throw bad("a percent sign is not followed by two hexadecimal digits");
        }
        return HexFormat.fromHexDigits(text, percent + 1, percent + 3);
    }

    private static BadRequest bad(String message) {
        return new BadRequest("bad_percent_encoding", message);
    }
}
