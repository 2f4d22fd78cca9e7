package io.skipstone.cli.transfer;

import io.skipstone.model.Key;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Groups the items of an input into batches. One thread. */
final class BatchReader {
    private final RecordReader reader;
    private final int maxRecords;
    private final int maxBytes;
    private final Consumer<InputItem.Bad> onBad;
    private final InputDigest digest = new InputDigest();
    private Optional<InputItem> ahead = Optional.empty();

    /**
     * @param maxBytes a batch ends before the record that would make keys and values more than this
     * @param onBad told of each bad item; what it throws ends the reading
     */
    BatchReader(RecordReader reader, int maxRecords, int maxBytes, Consumer<InputItem.Bad> onBad) {
        this.reader = reader;
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
        this.onBad = onBad;
    }

    /**
     * Passes over what was imported before.
     *
     * @return whether the input still begins with just those items
     */
    boolean skip(ImportState done) throws IOException {
        long number = 0;
        while (number < done.lastNumber()) {
            Optional<InputItem> item = take();
            if (item.isEmpty()) {
                return false;
            }
            digest.add(item.get());
            number = item.get().number();
        }
        return digest.hexSoFar().equals(done.digest());
    }

    /** The next batch; empty at the end of the input. */
    Optional<Batch> next() throws IOException {
        List<ImportRecord> records = new ArrayList<>();
        Set<Key> keys = new HashSet<>();
        long bytes = 0;
        long lastNumber = 0;
        int badCount = 0;
        while (records.size() + badCount < maxRecords) {
            Optional<InputItem> item = take();
            if (item.isEmpty()) {
                break;
            }
            switch (item.get()) {
                case InputItem.Bad bad -> {
                    onBad.accept(bad);
                    badCount++;
                }
                case InputItem.Good(var good) -> {
                    bytes += good.sizeBytes();
                    // A key twice in one write has no meaning; the second one is a write of its own, behind this one.
                    boolean isFull = !records.isEmpty() && bytes > maxBytes;
                    if (isFull || !keys.add(good.key())) {
                        ahead = item;
                        return Optional.of(new Batch(records, lastNumber, badCount, digest.hexSoFar()));
                    }
                    records.add(good);
                }
            }
            digest.add(item.get());
            lastNumber = item.get().number();
        }
        boolean empty = records.isEmpty() && badCount == 0;
        return empty ? Optional.empty() : Optional.of(new Batch(records, lastNumber, badCount, digest.hexSoFar()));
    }

    private Optional<InputItem> take() throws IOException {
        Optional<InputItem> taken = ahead.isPresent() ? ahead : reader.next();
        ahead = Optional.empty();
        return taken;
    }
}
