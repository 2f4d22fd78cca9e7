package io.skipstone.health;

import io.skipstone.model.NodeStatus;
import io.skipstone.model.StatusSource;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Fails only on what a restart cures: a node that has stopped and is still running. Integrity faults end the process. */
@Liveness
@Singleton
public class LivenessProbe implements HealthCheck {
    private final StatusSource source;

    public LivenessProbe(StatusSource source) {
        this.source = source;
    }

    @Override
    public HealthCheckResponse call() {
        NodeStatus status = source.status();
        return Facts.of(HealthCheckResponse.named("skipstone alive"), status)
                .status(status.phase() != NodeStatus.Phase.STOPPED)
                .build();
    }
}
