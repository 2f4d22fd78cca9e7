package io.skipstone.api.rest;

import io.skipstone.api.MomentText;
import io.skipstone.api.Numbers;
import io.skipstone.api.ReadRequest;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The query of a request: each parameter known and given once. */
final class QueryParams {
    private final Map<String, Bytes> values;

    private QueryParams(Map<String, Bytes> values) {
        this.values = values;
    }

    /**
     * Reads a raw query.
     *
     * @param known every parameter that the route understands; anything else is refused, for a condition that is overlooked does
     *     harm
     */
    static QueryParams parse(String query, Set<String> known) {
        var values = new HashMap<String, Bytes>();
        int from = 0;
        while (from < query.length()) {
            int end = query.indexOf('&', from);
            String pair = query.substring(from, end < 0 ? query.length() : end);
            if (!pair.isEmpty()) {
                add(pair, known, values);
            }
            from = end < 0 ? query.length() : end + 1;
        }
        return new QueryParams(values);
    }

    private static void add(String pair, Set<String> known, Map<String, Bytes> values) {
        int equals = pair.indexOf('=');
        String name = RawUri.decodeQuery(equals < 0 ? pair : pair.substring(0, equals))
                .toUtf8();
        if (!known.contains(name)) {
            throw new BadRequest(
                    "unknown_parameter",
                    known.isEmpty()
                            ? "this route takes no query parameters"
                            : "a query parameter is unknown here; known are "
                                    + String.join(", ", known.stream().sorted().toList()));
        }
        Bytes value = equals < 0 ? Bytes.EMPTY : RawUri.decodeQuery(pair.substring(equals + 1));
        if (values.put(name, value) != null) {
            throw new BadRequest("repeated_parameter", "the query parameter " + name + " is given twice");
        }
    }

    Optional<Bytes> bytes(String name) {
        return Optional.ofNullable(values.get(name));
    }

    Optional<String> text(String name) {
        return bytes(name).map(Bytes::toUtf8);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** {@code true} or {@code false}; absent is false. */
    boolean flag(String name) {
        return switch (text(name).orElse("false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new BadRequest("bad_parameter", name + " is true or false");
        };
    }

    /** A number from 0. */
    Optional<Long> number(String name, String refusalCode) {
        return text(name)
                .map(text -> Numbers.parse(
                        text,
                        () -> new BadRequest(refusalCode, name + " is a decimal number from 0 to " + Long.MAX_VALUE)));
    }

    /** The state to read, from {@code read} and {@code at}. */
    ReadRequest read() {
        return ReadRequest.of(text("at").map(MomentText::parse), consistency());
    }

    private Optional<Consistency> consistency() {
        return text("read").map(text -> switch (text) {
            case "linearizable" -> Consistency.LINEARIZABLE;
            case "snapshot" -> Consistency.SNAPSHOT;
            case "local" -> Consistency.LOCAL;
            default -> throw new BadRequest("bad_parameter", "read is linearizable, snapshot or local");
        });
    }
}
