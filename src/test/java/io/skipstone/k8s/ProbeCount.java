package io.skipstone.k8s;

import io.fabric8.kubernetes.api.model.Probe;
import java.util.Optional;

/**
 * Counts the answers to one probe as a kubelet does: so many failures in a row, or so many successes, and the verdict turns. One thread.
 */
final class ProbeCount {
    private final int failureThreshold;
    private final int successThreshold;
    private int inARow;
    private boolean last;
    private Optional<Boolean> verdict = Optional.empty();

    ProbeCount(Probe probe) {
        failureThreshold = Optional.ofNullable(probe.getFailureThreshold()).orElse(3);
        successThreshold = Optional.ofNullable(probe.getSuccessThreshold()).orElse(1);
    }

    /** Takes one more answer; returns the verdict if it is another one than before. */
    Optional<Boolean> count(boolean success) {
        inARow = inARow > 0 && last == success ? inARow + 1 : 1;
        last = success;
        boolean isEnough = inARow >= (success ? successThreshold : failureThreshold);
        if (!isEnough || verdict.equals(Optional.of(success))) {
            return Optional.empty();
        }
        verdict = Optional.of(success);
        return verdict;
    }
}
