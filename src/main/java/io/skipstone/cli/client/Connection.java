package io.skipstone.cli.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Which node to speak to: the options that every command over the network has. */
public final class Connection {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            defaultValue = "${env:SKIPSTONE_ENDPOINT:-http://127.0.0.1:2379}",
            description = "Client port of a node (default: $SKIPSTONE_ENDPOINT, or http://127.0.0.1:2379).")
    private String endpoint = "";

    @Option(
            names = "--timeout-seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "Longest wait for one answer (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    /** A client for one attempt per request; close it. */
    public NodeClient open() {
        if (timeoutSeconds < 1) {
            throw new CliFailure(CliFailure.USAGE, "--timeout-seconds is at least 1");
        }
        return new NodeClient(endpoint(), Duration.ofSeconds(timeoutSeconds));
    }

    /** Repeats requests for a while when the node is overloaded, starts or restarts. */
    public static PatientClient patient(NodeClient client, Duration patience) {
        return new PatientClient(client, new Backoff(FIRST_PAUSE, LONGEST_PAUSE, patience));
    }

    /** The endpoint without a slash at its end. */
    public URI endpoint() {
        try {
            URI uri = new URI(endpoint.replaceAll("/+$", ""));
            boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (isHttp && uri.getHost() != null && uri.getRawPath().isEmpty() && uri.getQuery() == null) {
                return uri;
            }
        } catch (URISyntaxException malformed) {
            throw new CliFailure(CliFailure.USAGE, badEndpoint(), malformed);
        }
        throw new CliFailure(CliFailure.USAGE, badEndpoint());
    }

    private static String badEndpoint() {
        return "--endpoint looks like http://127.0.0.1:2379";
    }
}
