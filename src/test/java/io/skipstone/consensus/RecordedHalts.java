package io.skipstone.consensus;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers that the process would have ended, and why. */
final class RecordedHalts implements FailStop {
    record Halt(int exitCode, String reason) {}

    private final List<Halt> halts = new CopyOnWriteArrayList<>();

    @Override
    public void halt(int exitCode, String reason, Throwable cause) {
        halts.add(new Halt(exitCode, reason));
    }

    List<Halt> all() {
        return halts;
    }
}
