package io.skipstone.chaos.nemesis;

/** What can happen to a cluster. Each passes: at its end everything is as before, but for what it did to the nodes' minds. */
public enum Fault {
    KILL_LEADER,
    KILL_FOLLOWER,
    KILL_ALL,
    RESTART_STORM,
    STOP_ONE,
    PAUSE_LEADER,
    PAUSE_FOLLOWER,
    PART_LEADER,
    PART_FOLLOWER,
    /** One node reaches both others, which do not reach each other. */
    BRIDGE,
    /** One node cannot call another, which can call it. */
    ONE_WAY,
    SLOW_NETWORK,
    CLOCK_JUMP,
    TRANSFER_LEADER,
    /** A new node joins, votes, and is removed. */
    CHANGE_MEMBERS,
    /** A node finds no room for its log, or for its store. */
    DISK_FULL,
    /** The disk of a node refuses to write, or to sync, its log or its store. */
    DISK_ERROR;

    /** Whether it needs {@link Machines}. */
    public boolean deceives() {
        return this == CLOCK_JUMP || this == DISK_FULL || this == DISK_ERROR;
    }
}
