package io.skipstone.api.rest;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of request bodies that are still arriving this node holds in memory, and the most it will hold. */
final class BodyBudget {
    private final long maxBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    BodyBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes room for the bytes, if there is enough. */
    boolean take(int bytes) {
        if (usedBytes.addAndGet(bytes) <= maxBytes) {
            return true;
        }
        usedBytes.addAndGet(-bytes);
        return false;
    }

    void giveBack(int bytes) {
        usedBytes.addAndGet(-bytes);
    }

    long usedBytes() {
        return usedBytes.get();
    }
}
