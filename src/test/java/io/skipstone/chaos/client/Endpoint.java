package io.skipstone.chaos.client;

/** A node that clients know, whether it is there or not. */
public record Endpoint(String node, int port) {}
