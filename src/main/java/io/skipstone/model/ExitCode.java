package io.skipstone.model;

/** How a server process, or a command that touches a data directory, ends; numbers as in sysexits.h where one fits. */
public enum ExitCode {
    /** Stopped as asked, or done. */
    OK(0),
    /** Failed for a reason that nobody foresaw. */
    FAILED(1),
    /** Wrong settings or arguments. */
    USAGE(64),
    /** Data is damaged or contradicts itself, and nothing here can repair it. */
    DAMAGED(65),
    /** The file that was asked for is not there. */
    NO_INPUT(66),
    /** Fail-stop of a running node: data contradicts itself, or an entry is not understood. */
    INTEGRITY(70),
    /** Fail-stop of a running node: LMDB, the log or the disk failed. */
    STORAGE(71),
    /** The target exists already, and is never overwritten. */
    EXISTS(73),
    /** The disk is full, or refuses to read or write. */
    DISK(74),
    /** Another process uses the directory or the port: the same may work later. */
    IN_USE(75),
    /** Written by a newer or an older version, in a format that this one does not read. */
    FORMAT(76),
    /** The user of this process may not read or write there. */
    NOT_PERMITTED(77),
    /** The data is of another node or another group. */
    WRONG_OWNER(78);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
