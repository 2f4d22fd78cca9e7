package io.skipstone.apply;

import io.skipstone.model.Moment;
import io.skipstone.model.Position;
import java.util.Optional;

/**
 * What a read found, and where it looked.
 *
 * @param moment what the read looked at
 * @param revision newest revision of the store that was read
 * @param applied position of that store; empty before the first entry
 */
public record QueryResult<T>(T value, Moment moment, long revision, Optional<Position> applied) {}
