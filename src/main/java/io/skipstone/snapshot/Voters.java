package io.skipstone.snapshot;

/** How many votes the group has, as far as a stopped node knows: whether others count on what it acknowledged. */
public enum Voters {
    /** Only this node: what its store holds is all that was ever agreed on. */
    ONE,
    /** More than one, or nobody knows. What this member lost may have been what a majority was made of. */
    SEVERAL
}
