/**
 * The gRPC door: every service of the protocol, on the client port.
 * <p>{@code Calls} is what every request passes through.
 */
@NullMarked
package io.skipstone.api.grpc;

import org.jspecify.annotations.NullMarked;
