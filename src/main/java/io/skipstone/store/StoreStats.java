package io.skipstone.store;

/**
 * How full the store is.
 *
 * @param mapBytes size of the memory map: the store cannot grow beyond it
 * @param usedBytes bytes up to the last page ever used
 * @param freeBytes bytes of pages inside that may be reused
 * @param readers read transactions open now
 * @param keyRows rows of the key table: one per version, and one per link of a long key
 */
public record StoreStats(long mapBytes, long usedBytes, long freeBytes, int readers, long keyRows) {}
