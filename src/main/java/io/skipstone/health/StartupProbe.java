package io.skipstone.health;

import io.skipstone.model.NodeStatus;
import io.skipstone.model.StatusSource;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Passes once the gate has decided and Ratis runs; until then Kubernetes leaves the other probes alone. */
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
                .status(status.phase() != NodeStatus.Phase.STARTING)
                .build();
    }
}
