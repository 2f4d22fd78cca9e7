package io.skipstone.snapshot;

/** Is told how far a long work on an artifact has come; now and then, on the thread that works. */
@FunctionalInterface
public interface CopyProgress {
    /** Nobody looks. */
    CopyProgress UNSEEN = (_, _) -> {};

    /** So many bytes of so many are done. */
    void at(long doneBytes, long totalBytes);
}
