/**
 * Builds the rooms, starts them in order, stops them in reverse.
 * <p>{@code main} and every setting live here.
 */
@NullMarked
package io.skipstone.node;

import org.jspecify.annotations.NullMarked;
