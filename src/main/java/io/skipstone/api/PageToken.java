package io.skipstone.api;

import io.skipstone.model.Bytes;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Moment;
import io.skipstone.model.ReadAt;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.Timestamp;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * Where the next page of a scan begins, and at which moment it reads: the same as the first page, whatever is written in
 * between.
 *
 * <p>Opaque to clients. Bytes: format 1, moment (two times 8), fingerprint of the scan (4), the open end of what is left, and
 * a CRC32C of all before it (4). The other end is that of the scan itself.
 */
public record PageToken(Moment moment, KeyRange rest) {
    private static final byte FORMAT = 1;
    private static final int HEAD_BYTES = 1 + 8 + 8 + 4;
    private static final int CRC_BYTES = 4;

    /**
     * What the pages of one scan have in common; the page size may differ.
     *
     * @param read what the first page was asked to read, not what it turned out to be
     */
    public record Scan(KeyRange range, Order order, Content content, ReadRequest read) {
        private int fingerprint() {
            var crc = new CRC32C();
            String options = order + " " + content + " " + read;
            crc.update(Bytes.utf8(options).array());
            crc.update(lengthAndBytes(range.start()));
            crc.update(lengthAndBytes(range.end()));
            return (int) crc.getValue();
        }
    }

    /** The token as raw bytes. */
    public Bytes encode(Scan scan) {
        Bytes open = scan.order() == Order.ASCENDING ? rest.start() : rest.end();
        var buffer = ByteBuffer.allocate(HEAD_BYTES + open.length() + CRC_BYTES);
        buffer.put(FORMAT)
                .putLong(moment.upTo().bits())
                .putLong(moment.now().bits())
                .putInt(scan.fingerprint())
                .put(open.array());
        buffer.putInt(crc(buffer.array(), buffer.position()));
        return Bytes.wrap(buffer.array());
    }

    /** The token as text that needs no escaping in a URL. */
    public String encodeText(Scan scan) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(encode(scan).array());
    }

    /** Reads a token of {@link #encodeText} back. */
    public static PageToken decodeText(String text, Scan scan) {
        try {
            return decode(Bytes.wrap(Base64.getUrlDecoder().decode(text)), scan);
        } catch (IllegalArgumentException notBase64) {
            throw bad("the page token is damaged");
        }
    }

    /** Reads a token of {@link #encode} back, for the same scan. */
    public static PageToken decode(Bytes token, Scan scan) {
        int bodyBytes = token.length() - CRC_BYTES;
        var buffer = ByteBuffer.wrap(token.array());
        if (bodyBytes < HEAD_BYTES
                || buffer.get(0) != FORMAT
                || buffer.getInt(bodyBytes) != crc(token.array(), bodyBytes)) {
            throw bad("the page token is damaged");
        }
        buffer.get();
        long upTo = buffer.getLong();
        long now = buffer.getLong();
        if (buffer.getInt() != scan.fingerprint()) {
            throw bad("the page token belongs to another scan; repeat the request of the first page");
        }
        if (upTo < 0 || now < upTo) {
            throw bad("the page token is damaged");
        }
        byte[] open = new byte[bodyBytes - HEAD_BYTES];
        buffer.get(open);
        return new PageToken(new Moment(new Timestamp(upTo), new Timestamp(now)), rest(Bytes.wrap(open), scan));
    }

    /** The scan continues at the moment of its first page. */
    public ReadAt.AtMoment at() {
        return new ReadAt.AtMoment(moment);
    }

    private static KeyRange rest(Bytes open, Scan scan) {
        KeyRange range = scan.range();
        if (open.isEmpty() || open.compareTo(range.start()) < 0) {
            throw bad("the page token is damaged");
        }
        if (!range.end().isEmpty() && open.compareTo(range.end()) > 0) {
            throw bad("the page token is damaged");
        }
        return scan.order() == Order.ASCENDING ? new KeyRange(open, range.end()) : new KeyRange(range.start(), open);
    }

    private static byte[] lengthAndBytes(Bytes bytes) {
        return ByteBuffer.allocate(4 + bytes.length())
                .putInt(bytes.length())
                .put(bytes.array())
                .array();
    }

    private static int crc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static BadRequest bad(String message) {
        return new BadRequest("bad_page_token", message);
    }
}
