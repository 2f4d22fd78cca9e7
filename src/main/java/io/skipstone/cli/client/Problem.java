package io.skipstone.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Why a node refused (RFC 9457).
 *
 * @param code stable and machine-readable; {@code http_503} and the like when the answer was no problem document
 * @param detail a sentence that says what to do
 * @param retryable whether the same request may succeed later; nothing of it took effect
 */
public record Problem(int status, String code, String detail, boolean retryable) {
    private static final Set<String> OF_ONE_NODE = Set.of("not_ready", "no_leader", "clock_not_ready");
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final int GATEWAY_TIMEOUT = 504;

    public static Problem of(Reply reply) {
        return parse(reply).orElseGet(() -> withoutDocument(reply.status()));
    }

    /** Whether a repetition with the same idempotency key is safe and may help. */
    public boolean worthRepeating() {
        return retryable || status == TOO_MANY_REQUESTS || status == UNAVAILABLE || status == GATEWAY_TIMEOUT;
    }

    /** Whether another node may serve what this one cannot serve now; nothing of it took effect. */
    boolean isOfThisNode() {
        return retryable && OF_ONE_NODE.contains(code);
    }

    public CliFailure toFailure() {
        return new CliFailure(
                CliFailure.REFUSED, "the node says no (" + status + " " + code + "): " + detail + advice());
    }

    private String advice() {
        if (status == GATEWAY_TIMEOUT) {
            return "\nThe write may or may not have taken effect: read before you repeat it.";
        }
        return retryable ? "\nNothing was changed; try again in a moment." : "";
    }

    private static Optional<Problem> parse(Reply reply) {
        try {
            JsonNode document = Json.parse(reply.body().array());
            if (!document.path("code").isTextual()) {
                return Optional.empty();
            }
            return Optional.of(new Problem(
                    reply.status(),
                    document.path("code").asText(),
                    document.path("detail").asText(document.path("title").asText("no detail given")),
                    document.path("retryable").asBoolean(false)));
        } catch (IOException notJson) {
            // A proxy or a foreign server answers in its own words; the status is all that is certain.
            return Optional.empty();
        }
    }

    private static Problem withoutDocument(int status) {
        return new Problem(
                status,
                "http_" + status,
                "the answer is not one of a Skipstone node; does --endpoint name the client port?",
                status == TOO_MANY_REQUESTS || status == UNAVAILABLE);
    }
}
