package io.skipstone.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import org.junit.jupiter.api.Test;

class ProbeCountTest {
    private final Probe probe =
            new ProbeBuilder().withFailureThreshold(3).withSuccessThreshold(1).build();
    private final ProbeCount count = new ProbeCount(probe);

    @Test
    void oneSuccessIsEnough() {
        assertThat(count.count(true)).contains(true);
        assertThat(count.count(true)).as("nothing new").isEmpty();
    }

    @Test
    void onlyFailuresInARowAreFailure() {
        count.count(true);
        count.count(false);
        count.count(false);
        assertThat(count.count(true)).isEmpty();
        count.count(false);
        count.count(false);

        assertThat(count.count(false)).contains(false);
        assertThat(count.count(false)).as("nothing new").isEmpty();
        assertThat(count.count(true)).contains(true);
    }
}
