package io.skipstone.cli.client;

import io.skipstone.model.Bytes;
import java.util.Optional;

/**
 * What a scan covers.
 *
 * @param prefix not together with start or end
 * @param at {@code ts:<n>}, {@code rev:<n>} or a time; empty for the newest state
 * @param read {@code linearizable}, {@code snapshot} or {@code local}; empty for the node's default
 */
public record ScanRange(
        Optional<Bytes> prefix,
        Optional<Bytes> start,
        Optional<Bytes> end,
        boolean reverse,
        boolean keysOnly,
        Optional<String> at,
        Optional<String> read) {
    /** Every key with a prefix, in order. */
    public static ScanRange ofPrefix(Optional<Bytes> prefix, Optional<String> at) {
        return new ScanRange(prefix, Optional.empty(), Optional.empty(), false, false, at, Optional.empty());
    }

    Request.Query query() {
        var query = new Request.Query();
        addRange(query);
        if (reverse) {
            query.add("reverse", "true");
        }
        if (keysOnly) {
            query.add("keysOnly", "true");
        }
        addMoment(query);
        return query;
    }

    private void addRange(Request.Query query) {
        prefix.ifPresent(bytes -> query.add("prefix", bytes));
        start.ifPresent(bytes -> query.add("start", bytes));
        end.ifPresent(bytes -> query.add("end", bytes));
    }

    private void addMoment(Request.Query query) {
        at.ifPresent(moment -> query.add("at", moment));
        read.ifPresent(consistency -> query.add("read", consistency));
    }

    /** Asks for the number of keys instead of the keys. */
    public Request count() {
        var query = new Request.Query().add("countOnly", "true");
        addRange(query);
        addMoment(query);
        return Request.get("/v1/kv" + query);
    }
}
