package io.skipstone.process.crash;

import io.skipstone.model.Timestamp;

/** A write that the node said is done, and where it said it stands. */
record Acknowledged(long revision, Timestamp commitTs) {}
