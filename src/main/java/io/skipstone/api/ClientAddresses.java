package io.skipstone.api;

import io.skipstone.consensus.Cluster;
import io.skipstone.model.Member;
import io.skipstone.model.Membership;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Where clients reach the other members, as far as this node has heard; looked up without waiting. Any thread. */
@Singleton
class ClientAddresses {
    /** A node that turns many clients away asks the group no more often than this. */
    static final Duration ASK_EVERY = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final LongSupplier nanoClock;
    private final AtomicLong askedNanos;
    private volatile Map<String, String> byNodeId = Map.of();

    @Inject
    ClientAddresses(Cluster cluster) {
        this(cluster, System::nanoTime);
    }

    ClientAddresses(Cluster cluster, LongSupplier nanoClock) {
        this.cluster = cluster;
        this.nanoClock = nanoClock;
        this.askedNanos = new AtomicLong(nanoClock.getAsLong() - ASK_EVERY.toNanos());
    }

    /** What is known now. It may be empty the first time: the question that it starts is answered for the next. */
    Optional<String> of(String nodeId) {
        ask();
        return Optional.ofNullable(byNodeId.get(nodeId));
    }

    private void ask() {
        long now = nanoClock.getAsLong();
        long before = askedNanos.get();
        if (now - before < ASK_EVERY.toNanos() || !askedNanos.compareAndSet(before, now)) {
            return;
        }
        // A failure leaves what was known: it is a hint, and the refusal it goes with says what is wrong.
        var _ = cluster.members().thenAccept(this::learn);
    }

    private void learn(Membership group) {
        byNodeId = group.members().stream()
                .filter(member -> member.client().isPresent())
                .collect(Collectors.toUnmodifiableMap(
                        member -> member.id().nodeId(), ClientAddresses::client, (one, other) -> other));
    }

    private static String client(Member member) {
        return member.client().orElseThrow();
    }
}
