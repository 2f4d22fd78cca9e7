package io.skipstone.api.etcd;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The address of a member to be added, as etcd's API has it: a URL, and no name. Ours have names, so a URL gives it as its user ({@code
 * http://n4@host:2380}); else it is the first label of the host ({@code http://n4.example:2380}), as it is where the host is named after the
 * node.
 */
final class PeerUrl {
    private static final Pattern LABEL = Pattern.compile("([A-Za-z0-9_-]{1,64})(\\..*)?");
    private static final Pattern IP_ADDRESS = Pattern.compile("\\[.*]|[0-9.]+");

    private PeerUrl() {}

    /** As {@code skipstone.peers} writes it: {@code n4=host:2380}. Refused if it is no such URL, or there is not exactly one. */
    static String member(List<String> urls) {
        if (urls.size() != 1) {
            throw EtcdError.INVALID_MEMBER_URLS.refusal();
        }
        URI url = parse(urls.getFirst());
        return name(url) + "=" + url.getHost() + ":" + url.getPort();
    }

    private static URI parse(String text) {
        try {
            var url = new URI(text);
            boolean isPlain = "http".equals(url.getScheme())
                    && url.getHost() != null
                    && url.getPort() > 0
                    && (url.getPath().isEmpty() || url.getPath().equals("/"))
                    && url.getQuery() == null
                    && url.getFragment() == null;
            if (isPlain) {
                return url;
            }
        } catch (URISyntaxException malformed) {
            throw EtcdError.INVALID_MEMBER_URLS.refusal();
        }
        throw EtcdError.INVALID_MEMBER_URLS.refusal();
    }

    private static String name(URI url) {
        if (url.getUserInfo() != null) {
            return url.getUserInfo();
        }
        var label = LABEL.matcher(url.getHost());
        if (IP_ADDRESS.matcher(url.getHost()).matches() || !label.matches()) {
            throw EtcdError.INVALID_MEMBER_URLS.refusal();
        }
        return label.group(1);
    }
}
