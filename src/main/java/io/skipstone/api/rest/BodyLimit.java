package io.skipstone.api.rest;

/**
 * What the body of a request may be.
 *
 * @param name what a refusal calls it
 * @param maxBytes largest body; 0: there is none
 */
public record BodyLimit(String name, int maxBytes) {
    static final BodyLimit NONE = new BodyLimit("body", 0);
}
