/**
 * The gRPC door: the services of {@code skipstone.v1} on the client port.
 * <p>{@code Calls} is what every request passes through.
 */
@NullMarked
package io.skipstone.api.grpc;

import org.jspecify.annotations.NullMarked;
