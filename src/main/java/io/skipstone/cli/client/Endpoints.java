package io.skipstone.cli.client;

import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** The nodes that a command may speak to, and which one it speaks to now. Any thread. */
final class Endpoints {
    private final List<URI> all;
    private final AtomicInteger current = new AtomicInteger();

    /**
     * @param all at least one; the first is spoken to first
     */
    Endpoints(List<URI> all) {
        this.all = List.copyOf(all);
    }

    int count() {
        return all.size();
    }

    URI current() {
        return all.get(current.get());
    }

    /** Goes on to the next one, unless another thread has left this one already. */
    void leave(URI endpoint) {
        int at = current.get();
        if (all.get(at).equals(endpoint)) {
            current.compareAndSet(at, (at + 1) % all.size());
        }
    }

    @Override
    public String toString() {
        return all.stream().map(URI::toString).collect(Collectors.joining(", "));
    }
}
