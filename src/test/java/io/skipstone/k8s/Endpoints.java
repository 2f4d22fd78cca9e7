package io.skipstone.k8s;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The endpoints of a service, as a proxy on some machine knows them: what has changed is known there only after a while. Any thread.
 */
final class Endpoints {
    /** From a change of readiness to the last proxy that has heard of it; a busy cluster takes about so long. */
    static final Duration LAG = Duration.ofSeconds(2);

    private record Known(long fromNanos, List<InetSocketAddress> ready) {}

    private final Deque<Known> history = new ArrayDeque<>();
    private long picked;

    synchronized void are(List<InetSocketAddress> ready) {
        history.addLast(new Known(System.nanoTime() + LAG.toNanos(), List.copyOf(ready)));
    }

    /** For a new connection: one after the other. Throws {@link IllegalStateException} when there is none. */
    synchronized InetSocketAddress pick() {
        List<InetSocketAddress> known = known();
        if (known.isEmpty()) {
            throw new IllegalStateException("the service has no endpoints");
        }
        return known.get((int) (picked++ % known.size()));
    }

    synchronized List<InetSocketAddress> known() {
        long now = System.nanoTime();
        while (history.size() > 1 && isInForce(second(), now)) {
            history.removeFirst();
        }
        return history.isEmpty() || !isInForce(history.getFirst(), now)
                ? List.of()
                : history.getFirst().ready();
    }

    private Known second() {
        var all = history.iterator();
        all.next();
        return all.next();
    }

    private static boolean isInForce(Known known, long now) {
        return now - known.fromNanos() >= 0;
    }
}
