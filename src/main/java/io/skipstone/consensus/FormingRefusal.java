package io.skipstone.consensus;

/** The nodes that were named as peers cannot make a group with this one; the message says what to correct. */
public final class FormingRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FormingRefusal(String message) {
        super(message);
    }
}
