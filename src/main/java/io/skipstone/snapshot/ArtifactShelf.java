package io.skipstone.snapshot;

import io.skipstone.snapshot.ArtifactMaker.Lease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** The artifacts made here, who uses them, and when they go. Any thread. */
final class ArtifactShelf {
    private static final Logger LOG = Logger.getLogger(ArtifactShelf.class);

    /** Most that are kept although nobody uses them. */
    static final int MAX_UNUSED = 2;

    private final LongSupplier nanoTime;

    /** In the order in which they were made. Whoever is taken out of it can be leased no more, and is then deleted. */
    private final List<Item> items = new ArrayList<>();

    ArtifactShelf(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Guarded by the shelf. */
    private static final class Item {
        private final MadeDirectory directory;
        private final String id;
        private final long begunNanos;
        private int leases;
        private long unusedSinceNanos;

        Item(MadeDirectory directory, String id, long begunNanos, long nowNanos) {
            this.directory = directory;
            this.id = id;
            this.begunNanos = begunNanos;
            this.unusedSinceNanos = nowNanos;
        }
    }

    /** Takes a new one in, leased, so that it is there for whom it was made. */
    Lease add(MadeDirectory directory, long begunNanos) {
        Artifact artifact = Artifact.open(directory.path());
        var item = new Item(directory, artifact.id(), begunNanos, nanoTime.getAsLong());
        synchronized (this) {
            item.leases++;
            items.add(item);
        }
        return new ItemLease(item, artifact);
    }

    /** The newest, if its copy began at that time or later. */
    Optional<Lease> newestBegunSince(long nanos) {
        return lease(item -> item.begunNanos - nanos >= 0);
    }

    Optional<Lease> lease(String id) {
        return lease(item -> item.id.equals(id));
    }

    private Optional<Lease> lease(Predicate<Item> wanted) {
        return take(wanted).map(item -> {
            try {
                return new ItemLease(item, Artifact.open(item.directory.path()));
            } catch (ArtifactException failure) {
                giveBack(item);
                throw failure;
            }
        });
    }

    private synchronized Optional<Item> take(Predicate<Item> wanted) {
        Optional<Item> newest = items.stream().filter(wanted).max(Comparator.comparingLong(item -> item.begunNanos));
        newest.ifPresent(item -> item.leases++);
        return newest;
    }

    private synchronized void giveBack(Item item) {
        item.leases--;
        item.unusedSinceNanos = nanoTime.getAsLong();
    }

    /** How many are being read: whole copies that the disk has to hold. */
    synchronized int inUse() {
        return (int) items.stream().filter(item -> item.leases > 0).count();
    }

    /** Deletes what nobody has used for so long, and what is too much. */
    void sweep(long idleNanos) {
        long now = nanoTime.getAsLong();
        delete(item -> now - item.unusedSinceNanos >= idleNanos);
        List<Item> unused;
        synchronized (this) {
            unused = items.stream().filter(item -> item.leases == 0).toList();
        }
        if (unused.size() > MAX_UNUSED) {
            List<Item> oldest = unused.subList(0, unused.size() - MAX_UNUSED);
            delete(oldest::contains);
        }
    }

    /** Deletes all that nobody uses; returns whether there was any. */
    boolean deleteUnused() {
        return delete(_ -> true);
    }

    private boolean delete(Predicate<Item> unwanted) {
        List<Item> gone = takeOut(item -> item.leases == 0 && unwanted.test(item));
        gone.forEach(ArtifactShelf::delete);
        return !gone.isEmpty();
    }

    /** Deletes all, at the end: whoever still reads keeps the open file. */
    void clear() {
        takeOut(_ -> true).forEach(ArtifactShelf::delete);
    }

    private synchronized List<Item> takeOut(Predicate<Item> wanted) {
        var out = new ArrayList<>(items);
        out.removeIf(wanted.negate());
        items.removeAll(out);
        return out;
    }

    private static void delete(Item item) {
        try {
            item.directory.delete();
            LOG.infof("artifact deleted id=%s dir=%s", item.id, item.directory.path());
        } catch (IOException failure) {
            LOG.warnf(failure, "artifact cannot be deleted, the next start tries again dir=%s", item.directory.path());
        }
    }

    /** Has a file of its own, so that an interrupted reader closes nobody else's. */
    private final class ItemLease implements Lease {
        private final Item item;
        private final Artifact artifact;
        private final AtomicBoolean closed = new AtomicBoolean();

        ItemLease(Item item, Artifact artifact) {
            this.item = item;
            this.artifact = artifact;
        }

        @Override
        public Artifact artifact() {
            return artifact;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                try {
                    artifact.close();
                } finally {
                    giveBack(item);
                }
            }
        }
    }
}
