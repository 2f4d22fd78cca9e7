package io.skipstone.api.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.api.ErrorMapping;
import io.skipstone.api.LeaderHint.Leader;
import io.skipstone.api.Refusal;
import java.util.Map;
import java.util.Optional;

/** Refusals as problem details (RFC 9457). */
final class Problems {
    /** When to come again after 429 and 503. */
    private static final String RETRY_AFTER_SECONDS = "1";

    private Problems() {}

    /**
     * @param leader another node that may be able to serve, if one is known
     */
    static Reply reply(Refusal refusal, Optional<Leader> leader) {
        ErrorMapping kind = refusal.kind();
        var reply = Reply.of(
                kind.httpStatus(),
                Map.of("Content-Type", "application/problem+json"),
                JsonText.write(json(refusal, leader)));
        return kind.saysWhenToRetry() ? reply.with("Retry-After", RETRY_AFTER_SECONDS) : reply;
    }

    /** The document, for where it is not the whole answer. */
    static ObjectNode json(Refusal refusal, Optional<Leader> leader) {
        ErrorMapping kind = refusal.kind();
        ObjectNode json = JsonText.object();
        json.put("type", "urn:skipstone:problem:" + refusal.code());
        json.put("title", kind.title());
        json.put("status", kind.httpStatus());
        json.put("detail", refusal.detail());
        json.put("code", refusal.code());
        json.put("retryable", refusal.retryable());
        if (refusal.lowestRevision() > 0) {
            json.put("lowestRevision", refusal.lowestRevision());
        }
        leader.ifPresent(node -> {
            json.put("leader", node.nodeId());
            node.client().ifPresent(client -> json.put("leaderClient", client));
        });
        return json;
    }
}
