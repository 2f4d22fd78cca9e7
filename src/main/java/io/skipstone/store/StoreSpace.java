package io.skipstone.store;

/**
 * Room for more, as of a moment ago.
 *
 * @param maxMapBytes how far the memory map may grow
 * @param usedBytes bytes of pages in use; pages that are free to be used again do not count
 * @param diskBytes bytes that the file system has left for this process
 */
public record StoreSpace(long maxMapBytes, long usedBytes, long diskBytes) {
    /** What may still be written before something is full. */
    public long roomBytes() {
        return Math.max(0, Math.min(maxMapBytes - usedBytes, diskBytes));
    }
}
