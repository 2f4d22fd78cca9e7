/**
 * The door for clients of etcd's v3 API: the same store, in that API's words.
 * <p>{@code EtcdCalls} is what every request passes through, {@code Revisions} where numbers differ, {@code EtcdErrors} the table of errors.
 * What is served, and what is not as etcd does it, is in docs/etcd-compatibility.md; why it is so, in docs/decisions/0017-etcd-facade.md.
 */
@NullMarked
package io.skipstone.api.etcd;

import org.jspecify.annotations.NullMarked;
