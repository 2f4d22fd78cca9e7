/**
 * etcd's API as JSON over HTTP, each path one method of a gRPC service.
 * <p>{@code EtcdDoor} receives {@code POST /v3/...}, {@code JsonCall} is one call. The services themselves are called, as over gRPC; here are only the words around them.
 */
@NullMarked
package io.skipstone.api.etcd.gateway;

import org.jspecify.annotations.NullMarked;
