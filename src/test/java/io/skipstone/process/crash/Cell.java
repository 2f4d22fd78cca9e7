package io.skipstone.process.crash;

/**
 * What a key shows.
 *
 * @param version writes since the key came into being
 */
record Cell(String value, long version) {}
