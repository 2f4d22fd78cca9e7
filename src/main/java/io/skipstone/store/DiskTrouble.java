package io.skipstone.store;

import io.skipstone.model.ExitCode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.List;

/** What a file operation failed with, sorted by what an operator does about it. */
public enum DiskTrouble {
    FULL(ExitCode.DISK, "the disk is full; make room"),
    READ_ONLY(ExitCode.NOT_PERMITTED, "the file system is mounted read-only"),
    NOT_PERMITTED(ExitCode.NOT_PERMITTED, "this user may not read or write there; change the owner"),
    BROKEN(ExitCode.DISK, "the disk refuses to read or write; the system's log says more"),
    OTHER(ExitCode.DISK, "the disk refuses to read or write");

    private static final List<String> SIGNS_OF_FULL =
            List.of("No space left on device", "Disk quota exceeded", "File too large");
    private static final List<String> SIGNS_OF_NOT_PERMITTED = List.of("Permission denied", "Operation not permitted");

    private final ExitCode exitCode;
    private final String advice;

    DiskTrouble(ExitCode exitCode, String advice) {
        this.exitCode = exitCode;
        this.advice = advice;
    }

    /** Java has a class of its own for some of these only; the others are told by the system's own words. */
    public static DiskTrouble of(IOException failure) {
        String words = wordsOf(failure);
        if (SIGNS_OF_FULL.stream().anyMatch(words::contains)) {
            return FULL;
        }
        if (words.contains("Read-only file system")) {
            return READ_ONLY;
        }
        if (words.contains("Input/output error")) {
            return BROKEN;
        }
        return failure instanceof AccessDeniedException
                        || SIGNS_OF_NOT_PERMITTED.stream().anyMatch(words::contains)
                ? NOT_PERMITTED
                : OTHER;
    }

    /** Of what was thrown because of it: the first cause that is known to be one. */
    public static DiskTrouble behind(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            DiskTrouble trouble = of(cause instanceof IOException known ? known : new IOException(cause.getMessage()));
            if (trouble != OTHER) {
                return trouble;
            }
        }
        return OTHER;
    }

    private static String wordsOf(IOException failure) {
        String reason = failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
        return String.valueOf(reason);
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    /** What is wrong and what to do, without the place. */
    public String advice() {
        return advice;
    }
}
