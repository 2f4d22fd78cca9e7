package io.skipstone.model;

import java.util.regex.Pattern;

/**
 * Where the other members reach a node: its peer port.
 *
 * @param host a DNS name that stays, or an IP address; an IPv6 address in brackets
 */
public record PeerAddress(String nodeId, String host, int port) {
    private static final Pattern TEXT =
            Pattern.compile("([A-Za-z0-9_-]{1,64})=([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+\\]):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;

    /** {@code n1=host:2380}. Throws {@link IllegalArgumentException} with a message for people. */
    public static PeerAddress parse(String text) {
        var parts = TEXT.matcher(text.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no member; write id=host:port, such as n2=host2:2380");
        }
        int port = Integer.parseInt(parts.group(3));
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("'" + text + "' has no port between 1 and " + MAX_PORT);
        }
        return new PeerAddress(parts.group(1), parts.group(2), port);
    }

    /** {@code host:2380}. */
    public String authority() {
        return host + ":" + port;
    }

    @Override
    public String toString() {
        return nodeId + "=" + authority();
    }
}
