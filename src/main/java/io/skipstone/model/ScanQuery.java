package io.skipstone.model;

/**
 * One page of keys in order.
 *
 * @param order direction of the page
 * @param content whether the rows carry values
 * @param limit rows in the page, from 1
 * @param maxBytes the page ends after the row that reaches this many bytes of keys and values
 */
public record ScanQuery(KeyRange range, Order order, Content content, int limit, long maxBytes) {
    /** Direction of a scan. */
    public enum Order {
        ASCENDING,
        DESCENDING
    }

    /** What a row of a scan carries. */
    public enum Content {
        KEYS_AND_VALUES,
        KEYS_ONLY
    }

    public ScanQuery {
        Invariants.check(limit > 0, "scan limit below one: {}", limit);
        Invariants.check(maxBytes > 0, "scan byte limit below one: {}", maxBytes);
    }
}
