package io.skipstone.chaos.history;

/**
 * A key as a read shows it.
 *
 * @param version writes since the key came into being
 * @param modRevision revision that wrote it; 0 in a model that knows no revisions
 */
public record Seen(String value, long version, long modRevision) {
    /** What can be checked without believing any number that the servers give out themselves. */
    public Seen withoutRevision() {
        return new Seen(value, version, 0);
    }
}
