package io.skipstone.store;

/** When a commit reaches the disk. In both modes a process crash loses nothing and a power loss never tears a transaction. */
public enum SyncMode {
    /** A power loss may undo the last transaction as a whole; {@link Store#sync} guards it (LMDB MDB_NOMETASYNC). */
    META_DEFERRED,
    /** A power loss undoes nothing. */
    ALWAYS
}
