package io.skipstone.consensus;

import io.skipstone.model.Timestamp;

/**
 * What a read waits for. A store that has applied {@code index}, read at {@code now} by a node that has not heard of a later term than
 * {@code term}, shows everything that was acknowledged before the point was asked for, and nothing that a later read may miss.
 *
 * @param term in which the leader gave it
 * @param index of the log; -1 while there is nothing to wait for
 * @param now what the leader's clock showed: values that expire at this time or before are not seen
 */
record ReadPoint(long term, long index, Timestamp now) {}
