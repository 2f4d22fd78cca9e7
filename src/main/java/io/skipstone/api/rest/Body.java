package io.skipstone.api.rest;

import io.skipstone.model.Bytes;
import io.vertx.core.http.HttpServerResponse;
import java.util.OptionalLong;

/** What follows the headers of an answer. */
public sealed interface Body {
    /** How long it is, before any of it is sent; empty where nobody knows. */
    OptionalLong lengthBytes();

    /** In memory as a whole. */
    record Whole(Bytes bytes) implements Body {
        @Override
        public OptionalLong lengthBytes() {
            return OptionalLong.of(bytes.length());
        }
    }

    /** Too long for that, or without an end: comes in pieces, as fast as the client takes them. */
    non-sealed interface Streamed extends Body {
        /** Sends all of it and ends the response, on its event loop; lets go of what it holds when the client goes away. */
        void sendTo(HttpServerResponse response);

        /** It will not be sent: lets go of what it holds. */
        void drop();
    }
}
