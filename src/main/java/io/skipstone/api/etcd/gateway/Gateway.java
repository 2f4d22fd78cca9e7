package io.skipstone.api.etcd.gateway;

import io.grpc.Context;

/** What the services share with the gateway before them. */
public final class Gateway {
    /** Of the API that is served, not of this program: clients take it apart, and leave out what is newer. */
    public static final String API_VERSION = "3.5.0";

    static final Context.Key<Boolean> IS_JSON = Context.keyWithDefault("json", false);

    private Gateway() {}

    /** Whether the call that a service is called with now came as JSON. */
    public static boolean isJson() {
        return IS_JSON.get();
    }
}
