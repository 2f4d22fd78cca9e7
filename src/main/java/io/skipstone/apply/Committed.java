package io.skipstone.apply;

import io.skipstone.command.LogEntry;
import io.skipstone.model.Position;

/** An entry that the majority has agreed on, and where it stands; others may share its place, and are applied with it. */
public record Committed(Position position, LogEntry entry) {}
