package io.skipstone.model;

/**
 * What a node's store takes on the disk.
 *
 * @param fileBytes up to the last page ever used
 * @param usedBytes the same without the pages that may be used again
 * @param isFull whether writes are refused for want of room
 */
public record StoreRoom(long fileBytes, long usedBytes, boolean isFull) {}
