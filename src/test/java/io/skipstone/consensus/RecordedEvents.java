package io.skipstone.consensus;

import io.skipstone.model.Bytes;
import io.skipstone.model.Position;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what was observed. */
final class RecordedEvents implements Observer {
    final List<ProposalResult> results = new CopyOnWriteArrayList<>();
    final List<Integer> batches = new CopyOnWriteArrayList<>();
    final List<Position> configurations = new CopyOnWriteArrayList<>();
    final AtomicInteger ceilings = new AtomicInteger();
    final List<Position> installs = new CopyOnWriteArrayList<>();
    final List<Position> pins = new CopyOnWriteArrayList<>();

    @Override
    public void proposalFinished(ProposalResult result, long nanos) {
        results.add(result);
    }

    @Override
    public void batchApplied(int entries, long bytes, long nanos) {
        batches.add(entries);
    }

    @Override
    public void configured(Position at, Bytes before, Bytes after) {
        configurations.add(at);
    }

    @Override
    public void ceilingRaised() {
        ceilings.incrementAndGet();
    }

    @Override
    public void pinned(Position position, long nanos) {
        pins.add(position);
    }

    @Override
    public void installed(Position at, long bytes, long nanos) {
        installs.add(at);
    }

    /** Entries that somebody asked for; the clock's own come and go with the time. */
    int entriesApplied() {
        return allEntriesApplied() - ceilings.get();
    }

    int allEntriesApplied() {
        return batches.stream().mapToInt(Integer::intValue).sum();
    }
}
