/**
 * Says whether this node lives, has started and may serve, from one status record.
 * <p>The Kubernetes probe paths lead here.
 */
@NullMarked
package io.skipstone.health;

import org.jspecify.annotations.NullMarked;
