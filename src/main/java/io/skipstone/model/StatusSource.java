package io.skipstone.model;

/** Where a node's status comes from; cheap, any thread. */
@FunctionalInterface
public interface StatusSource {
    NodeStatus status();
}
