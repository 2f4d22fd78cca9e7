package io.skipstone.health;

import io.skipstone.model.NodeStatus;
import io.skipstone.model.StatusSource;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Passes while the node may serve: it holds what was committed when it started, and knows a leader. */
@Readiness
@Singleton
public class ReadinessProbe implements HealthCheck {
    private final StatusSource source;

    public ReadinessProbe(StatusSource source) {
        this.source = source;
    }

    @Override
    public HealthCheckResponse call() {
        NodeStatus status = source.status();
        return Facts.of(HealthCheckResponse.named("skipstone ready"), status)
                .status(status.isReady())
                .build();
    }
}
