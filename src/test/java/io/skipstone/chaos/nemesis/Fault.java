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
    CHANGE_MEMBERS;

    /** Whether it makes nodes pin and purge their logs, so that one that was down has to install a copy. */
    public boolean purges() {
        return this == STOP_ONE || this == CHANGE_MEMBERS;
    }
}
