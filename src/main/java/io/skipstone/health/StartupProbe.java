package io.skipstone.health;

import io.skipstone.model.NodeStatus;
import io.skipstone.model.StartProgress;
import io.skipstone.model.StatusSource;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/**
 * Passes once the gate has decided; until then Kubernetes leaves the other probes alone.
 *
 * <p>It does not wait for a restore: Kubernetes ends a container whose startup probe has not passed within its budget, and a restore
 * takes as long as there are bytes, so no budget would be right for every store. What is left before it passes is the same at any
 * size: start the process, open LMDB, read a log that a pin keeps short. From then on readiness keeps traffic away until the node
 * serves, and liveness, which knows nothing of progress, ends nobody who works.
 */
@Startup
@Singleton
public class StartupProbe implements HealthCheck {
    private final StatusSource source;

    public StartupProbe(StatusSource source) {
        this.source = source;
    }

    @Override
    public HealthCheckResponse call() {
        NodeStatus status = source.status();
        return Facts.of(HealthCheckResponse.named("skipstone started"), status)
                .status(status.progress().phase() != StartProgress.Phase.OPENING)
                .build();
    }
}
