package io.skipstone.model;

/** Which log entry a write to the store belongs to. */
public sealed interface WriteAt permits Position, WriteAt.Unlogged {
    /** A write of a tool or a test that stands in no log: it leaves the applied position alone. */
    record Unlogged() implements WriteAt {}

    Unlogged UNLOGGED = new Unlogged();
}
