package io.skipstone.api.etcd.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** What etcd says beside its API, to clients that look before they ask. */
final class OwnWords {
    private OwnWords() {}

    static String version() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("etcdserver", Gateway.API_VERSION)
                .put("etcdcluster", Gateway.API_VERSION)
                .toString();
    }

    /** As a string, which it is there. */
    static String health(boolean isReady) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("health", Boolean.toString(isReady))
                .toString();
    }
}
