package io.skipstone.cli.client;

import io.skipstone.model.Bytes;

/** Where a key is found. */
public final class KeyPath {
    private KeyPath() {}

    /**
     * The path of a key, with its query.
     *
     * @throws CliFailure the key is empty
     */
    public static String of(Bytes key, Request.Query query) {
        if (key.isEmpty()) {
            throw new CliFailure(CliFailure.USAGE, "the key is empty");
        }
        return "/v1/kv/" + PercentEncoding.encode(key) + query;
    }
}
