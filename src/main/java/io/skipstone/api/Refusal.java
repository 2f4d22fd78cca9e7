package io.skipstone.api;

import java.io.Serializable;

/**
 * Why a request is not answered as asked.
 *
 * @param code stable, machine-readable
 * @param detail what is wrong and what to do, for a person; names no user data
 * @param retryable whether the same request may succeed later without being changed
 * @param lowestRevision the lowest that can be watched, where that is why; else 0
 */
public record Refusal(ErrorMapping kind, String code, String detail, boolean retryable, long lowestRevision)
        implements Serializable {
    public Refusal(ErrorMapping kind, String code, String detail, boolean retryable) {
        this(kind, code, detail, retryable, 0);
    }
}
