package io.skipstone.consensus;

import io.skipstone.model.Bytes;
import io.skipstone.model.Position;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what was observed. */
final class RecordedEvents implements Observer {
    final List<ProposalResult> results = new CopyOnWriteArrayList<>();
    final List<Integer> batches = new CopyOnWriteArrayList<>();
    final List<Position> configurations = new CopyOnWriteArrayList<>();
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
    public void pinned(Position position, long nanos) {
        pins.add(position);
    }

    int entriesApplied() {
        return batches.stream().mapToInt(Integer::intValue).sum();
    }
}
