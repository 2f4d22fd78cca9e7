package io.skipstone.model;

/** A member of a group from its first entry on. */
public record Founder(MemberId id, PeerAddress address) {
    private static final String SEPARATOR = "=";

    public Founder {
        if (!id.nodeId().equals(address.nodeId())) {
            throw new IllegalArgumentException("the address " + address + " is not of member " + id);
        }
    }

    /** {@code n1.0123456789abcdef=host:2380}, as {@link #toString} writes it. Throws {@link IllegalArgumentException}. */
    public static Founder parse(String text) {
        int separator = text.indexOf(SEPARATOR);
        var id = MemberId.parse(text.substring(0, Math.max(0, separator)));
        return new Founder(id, PeerAddress.parse(id.nodeId() + text.substring(separator)));
    }

    @Override
    public String toString() {
        return id + SEPARATOR + address.authority();
    }
}
