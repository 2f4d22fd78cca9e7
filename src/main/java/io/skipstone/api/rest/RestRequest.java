package io.skipstone.api.rest;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request that has arrived whole.
 *
 * @param parameter the key or the id that the path names, still encoded
 * @param connection what it came on, to tell it from others
 */
record RestRequest(
        HttpMethod method, String parameter, String rawQuery, MultiMap headers, Bytes body, Object connection) {
    Key key() {
        return new Key(RawUri.decodePath(parameter));
    }

    /** The id that the path names, as it came: ids made here need no encoding. */
    String id() {
        return parameter;
    }

    QueryParams query(String... known) {
        return QueryParams.parse(rawQuery, Set.of(known));
    }

    /** A header that may be given once. */
    Optional<String> header(String name) {
        List<String> values = headers.getAll(name);
        if (values.size() > 1) {
            throw new BadRequest("repeated_header", "the header " + name + " is given twice");
        }
        return values.stream().map(String::strip).findFirst();
    }

    /** The idempotency key; empty when there is none. */
    Bytes idempotencyKey() {
        return header("Idempotency-Key").map(RestRequest::nonEmpty).orElse(Bytes.EMPTY);
    }

    private static Bytes nonEmpty(String text) {
        if (text.isEmpty()) {
            throw new BadRequest("bad_idempotency_key", "the idempotency key is empty");
        }
        return Bytes.utf8(text);
    }
}
