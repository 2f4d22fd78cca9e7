package io.skipstone.api;

import java.io.Serializable;

/**
 * Why a request is not answered as asked.
 *
 * @param code stable, machine-readable
 * @param detail what is wrong and what to do, for a person; names no user data
 * @param retryable whether the same request may succeed later without being changed
 */
public record Refusal(ErrorMapping kind, String code, String detail, boolean retryable) implements Serializable {}
