package io.skipstone.model;

/** Where a node's status comes from; cheap, any thread. */
@FunctionalInterface
public interface StatusSource {
    NodeStatus status();

    /** The term of the status, and nothing else: for whoever needs it with each answer. */
    default long term() {
        return status().term();
    }
}
