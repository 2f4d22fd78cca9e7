package io.skipstone.api;

import io.skipstone.consensus.Reader;
import io.skipstone.consensus.Reader.Answer;
import io.skipstone.model.Bytes;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Limits;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.SkipstoneException.BadRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Scans page by page, for both doors. */
@Singleton
public class Scans {
    private final Reader reader;
    private final Limits limits;

    @Inject
    Scans(Reader reader, Limits limits) {
        this.reader = reader;
        this.limits = limits;
    }

    /** One page and, unless it is the last, what brings the next one. */
    public record Page(PageToken.Scan scan, Answer<ScanPage> answer, Optional<PageToken> next) {
        public List<KeyValue> rows() {
            return answer.value().rows();
        }

        public boolean keysOnly() {
            return scan.content() == Content.KEYS_ONLY;
        }
    }

    /**
     * Reads one page.
     *
     * @param limit rows asked for; empty: as many as a page may have
     * @param token of the page before; empty for the first page
     */
    public CompletionStage<Page> page(PageToken.Scan scan, Optional<Long> limit, Optional<PageToken> token) {
        return page(scan, limit, token, limits.scanBytes());
    }

    /** Reads one page that ends after the row which reaches that many bytes, or the node's own limit. */
    public CompletionStage<Page> page(
            PageToken.Scan scan, Optional<Long> limit, Optional<PageToken> token, long maxBytes) {
        int rows = limit.map(this::rows).orElse(limits.scanRows());
        KeyRange range = token.map(PageToken::rest).orElse(scan.range());
        ReadRequest read =
                token.map(before -> scan.read().continuedAt(before.at())).orElse(scan.read());
        var query = new ScanQuery(range, scan.order(), scan.content(), rows, Math.min(maxBytes, limits.scanBytes()));
        return reader.scan(query, read.at(), read.consistency())
                .thenApply(answer -> new Page(
                        scan, answer, answer.value().rest().map(rest -> new PageToken(answer.moment(), rest))));
    }

    /** The keys that a prefix, or a start and an end, cover; not both. */
    public static KeyRange range(Optional<Bytes> prefix, Optional<Bytes> start, Optional<Bytes> end) {
        if (prefix.isPresent() && (start.isPresent() || end.isPresent())) {
            throw new BadRequest("contradictory_range", "either a prefix, or a start and an end, not both");
        }
        return prefix.map(KeyRange::prefix)
                .orElseGet(() -> new KeyRange(start.orElse(Bytes.EMPTY), end.orElse(Bytes.EMPTY)));
    }

    private int rows(long limit) {
        if (limit < 1 || limit > limits.scanRows()) {
            throw new BadRequest("bad_limit", "a page has 1 to " + limits.scanRows() + " rows");
        }
        return (int) limit;
    }
}
