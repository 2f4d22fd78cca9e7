package io.skipstone.k8s;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;

/**
 * The kinds that the manifests use. A new one is added here, or refused.
 *
 * <p>Each is held to two models: the typed one, and the schema in Kubernetes' own client, which also knows what is required. The latter
 * has no {@code ServiceMonitor}, which is no kind of Kubernetes'.
 */
enum Kind {
    STATEFUL_SET("apps/v1", "StatefulSet", StatefulSet.class, V1StatefulSet::validateJsonElement),
    SERVICE("v1", "Service", Service.class, V1Service::validateJsonElement),
    POD_DISRUPTION_BUDGET(
            "policy/v1", "PodDisruptionBudget", PodDisruptionBudget.class, V1PodDisruptionBudget::validateJsonElement),
    NETWORK_POLICY("networking.k8s.io/v1", "NetworkPolicy", NetworkPolicy.class, V1NetworkPolicy::validateJsonElement),
    SERVICE_MONITOR("monitoring.coreos.com/v1", "ServiceMonitor", ServiceMonitor.class, _ -> {});

    private final String apiVersion;
    private final String kind;
    private final Class<? extends HasMetadata> type;

    @SuppressWarnings("ImmutableEnumChecker") // a method reference
    private final Schema schema;

    Kind(String apiVersion, String kind, Class<? extends HasMetadata> type, Schema schema) {
        this.apiVersion = apiVersion;
        this.kind = kind;
        this.type = type;
        this.schema = schema;
    }

    /** Fails on what is unknown or missing. */
    private interface Schema {
        void validate(JsonElement tree) throws IOException;
    }

    static Kind of(ObjectNode tree) {
        String apiVersion = tree.path("apiVersion").asText();
        String kind = tree.path("kind").asText();
        for (Kind known : values()) {
            if (known.apiVersion.equals(apiVersion) && known.kind.equals(kind)) {
                return known;
            }
        }
        throw new IllegalArgumentException("no kind that these manifests use: " + apiVersion + " " + kind);
    }

    /** A whole resource; fails on the first field that is unknown, of another type, or missing. */
    static HasMetadata whole(ObjectNode tree) throws IOException {
        Kind kind = of(tree);
        kind.schema.validate(JsonParser.parseString(tree.toString()));
        return kind.part(tree);
    }

    /** A part of one, as patches are. */
    HasMetadata part(ObjectNode tree) throws IOException {
        return StrictYaml.as(tree, type);
    }
}
