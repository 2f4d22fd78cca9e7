package io.skipstone.cli.client;

import io.skipstone.cli.client.PatientClient.Repeats;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** Which nodes to speak to: the options that every command over the network has. */
public final class Connection {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    @Option(
            names = "--endpoint",
            paramLabel = "URL[,URL...]",
            defaultValue = "${env:SKIPSTONE_ENDPOINT:-http://127.0.0.1:2379}",
            description = "Client port of a node, or of several, tried in turn"
                    + " (default: $SKIPSTONE_ENDPOINT, or http://127.0.0.1:2379).")
    private String endpoint = "";

    @Option(
            names = "--timeout-seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "Longest wait for one answer (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    /** A client for one attempt per request; close it. */
    public NodeClient open() {
        return new NodeClient(endpoints(), timeout());
    }

    /** As {@link #open}, for requests that may take a node this long. */
    public NodeClient openFor(Duration atLeast) {
        Duration asked = timeout();
        return new NodeClient(endpoints(), asked.compareTo(atLeast) < 0 ? atLeast : asked);
    }

    /** A client of one node, the first that serves, for work that has to stay with one; close it. */
    public NodeClient openOne() {
        List<URI> all = endpoints();
        if (all.size() == 1) {
            return open();
        }
        for (URI endpoint : all) {
            if (serves(endpoint)) {
                return new NodeClient(endpoint, timeout());
            }
        }
        throw new CliFailure(CliFailure.UNREACHABLE, "none of the nodes " + new Endpoints(all) + " can serve now");
    }

    private boolean serves(URI endpoint) {
        try (var client = new NodeClient(endpoint, timeout())) {
            Reply status = client.exchange(Request.get("/v1/status"));
            return status.isSuccess() && status.json().path("ready").asBoolean();
        } catch (IOException noAnswer) {
            // The next one may serve; if none does, the command says so.
            return false;
        }
    }

    /** Repeats requests for a while when the node is overloaded, starts or restarts. */
    public static PatientClient patient(NodeClient client, Duration patience) {
        return patient(client, patience, Repeats.WHATEVER_HAPPENED);
    }

    /** As the other, for requests that may not be repeated whatever happened. */
    public static PatientClient patient(NodeClient client, Duration patience, Repeats repeats) {
        return new PatientClient(client, backoff(patience), repeats);
    }

    /** Pauses that grow, until patience ends. */
    public static Backoff backoff(Duration patience) {
        return new Backoff(FIRST_PAUSE, LONGEST_PAUSE, patience);
    }

    /** Each endpoint without a slash at its end. */
    public List<URI> endpoints() {
        return Arrays.stream(endpoint.split(",", -1)).map(Connection::parse).toList();
    }

    private Duration timeout() {
        if (timeoutSeconds < 1) {
            throw new CliFailure(CliFailure.USAGE, "--timeout-seconds is at least 1");
        }
        return Duration.ofSeconds(timeoutSeconds);
    }

    private static URI parse(String endpoint) {
        try {
            URI uri = new URI(endpoint.strip().replaceAll("/+$", ""));
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
        return "--endpoint looks like http://127.0.0.1:2379, or several of them with commas";
    }
}
