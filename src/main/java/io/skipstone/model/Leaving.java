package io.skipstone.model;

/** Whether this node has been told to stop and still serves those who have not gone elsewhere yet. Any thread; cheap. */
@FunctionalInterface
public interface Leaving {
    boolean isLeaving();
}
