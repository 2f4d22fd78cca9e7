package io.skipstone.watch;

/**
 * What watches may take of a node.
 *
 * @param watches most watches of this node
 * @param perConnection most watches of one connection
 * @param bufferBytes most bytes of events that wait for one watcher; what comes then is read from the store again later
 * @param totalBytes most bytes of events that wait for all watchers together
 * @param stallMillis a watcher with a full buffer that takes nothing for so long is cancelled
 */
public record WatchLimits(int watches, int perConnection, int bufferBytes, long totalBytes, long stallMillis) {
    public static final WatchLimits DEFAULT = new WatchLimits(16_384, 1_024, 1 << 20, 64L << 20, 10_000);
}
