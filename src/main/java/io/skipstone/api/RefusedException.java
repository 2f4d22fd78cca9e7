package io.skipstone.api;

/** Carries a refusal that is no failure of an inner room to the door: a missing key, a condition that does not hold. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    public RefusedException(Refusal refusal) {
        super(refusal.detail(), null, false, false);
        this.refusal = refusal;
    }

    public RefusedException(ErrorMapping kind, String code, String detail) {
        this(new Refusal(kind, code, detail, false));
    }

    public Refusal refusal() {
        return refusal;
    }
}
