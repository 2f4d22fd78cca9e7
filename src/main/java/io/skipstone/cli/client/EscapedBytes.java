package io.skipstone.cli.client;

import io.skipstone.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Byte strings as a person types and reads them: UTF-8 text in which {@code \xNN} is any byte and {@code \\} a backslash.
 *
 * <p>What {@link #print} writes, {@link #parse} reads back to the same bytes; so a key can be copied from one command's output into
 * the next one's arguments.
 */
public final class EscapedBytes {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private EscapedBytes() {}

    /**
     * Reads what a person typed.
     *
     * @throws IllegalArgumentException a backslash is followed by neither {@code xNN} nor a backslash; the message says where
     */
    public static Bytes parse(String text) {
        var bytes = new ByteArrayOutputStream(text.length());
        int at = 0;
        while (at < text.length()) {
            int backslash = text.indexOf('\\', at);
            int end = backslash < 0 ? text.length() : backslash;
            bytes.writeBytes(text.substring(at, end).getBytes(StandardCharsets.UTF_8));
            at = backslash < 0 ? end : unescape(text, backslash, bytes);
        }
        return Bytes.wrap(bytes.toByteArray());
    }

    /** Text is kept as it is; backslashes, control characters and what is not UTF-8 are escaped. */
    public static String print(Bytes bytes) {
        try {
            return escapeText(decodeStrictly(bytes));
        } catch (CharacterCodingException notText) {
            // Not text as a whole: byte by byte, so that reading it back cannot go wrong.
            return escapeBytes(bytes.array());
        }
    }

    /**
     * The bytes as text.
     *
     * @throws CharacterCodingException they are not UTF-8
     */
    public static String decodeStrictly(Bytes bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes.array()))
                .toString();
    }

    /**
     * The text as bytes.
     *
     * @throws IllegalArgumentException it has half a surrogate pair, which UTF-8 cannot say
     */
    static Bytes encodeStrictly(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return Bytes.wrap(bytes);
        } catch (CharacterCodingException halfPair) {
            throw new IllegalArgumentException("half a surrogate pair", halfPair);
        }
    }

    private static int unescape(String text, int backslash, ByteArrayOutputStream bytes) {
        if (text.startsWith("\\\\", backslash)) {
            bytes.write('\\');
            return backslash + 2;
        }
        if (text.startsWith("\\x", backslash)
                && backslash + 4 <= text.length()
                && HexFormat.isHexDigit(text.charAt(backslash + 2))
                && HexFormat.isHexDigit(text.charAt(backslash + 3))) {
            bytes.write(HexFormat.fromHexDigits(text, backslash + 2, backslash + 4));
            return backslash + 4;
        }
        throw new IllegalArgumentException("the backslash at character " + (backslash + 1)
                + " must be followed by xNN (two hex digits) or by a backslash");
    }

    private static String escapeText(String text) {
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                out.append("\\\\");
            } else if (Character.isISOControl(c)) {
                escapeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8), out);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static String escapeBytes(byte[] bytes) {
        var out = new StringBuilder(bytes.length * 4);
        for (byte b : bytes) {
            if (b >= 0x20 && b < 0x7F && b != '\\') {
                out.append((char) b);
            } else {
                escapeBytes(new byte[] {b}, out);
            }
        }
        return out.toString();
    }

    private static void escapeBytes(byte[] bytes, StringBuilder out) {
        for (byte b : bytes) {
            out.append("\\x").append(HEX.toHexDigits(b));
        }
    }
}
