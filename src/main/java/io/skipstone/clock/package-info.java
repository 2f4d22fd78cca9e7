/**
 * Issues timestamps that never go back.
 * <p>Time comes in through a {@code WallClock}, so tests turn the hands.
 */
@NullMarked
package io.skipstone.clock;

import org.jspecify.annotations.NullMarked;
