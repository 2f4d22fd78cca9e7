package io.skipstone.watch;

import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Invariants;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.Timestamp;
import io.skipstone.store.ChangePlace;
import io.skipstone.store.ChangeScan;
import io.skipstone.store.ChangeScan.KeyChange;
import io.skipstone.store.ReadView;
import io.skipstone.watch.WatchItem.Events;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings one cohort a bounded stretch further, from one view: each change is read once, however many watch it. Hub thread only. */
final class Sweep {
    /** Most changed keys of one stretch. */
    static final int STRETCH_KEYS = 1024;

    /** A stretch ends behind the key that reaches this many bytes of keys and values. */
    static final int STRETCH_BYTES = 4 << 20;

    /** A revision with more for one watcher comes in fragments: one of them and an event fit into a message of 4 MiB. */
    static final int FRAGMENT_BYTES = 1 << 20;

    private final ReadView view;
    private final Cohort cohort;
    private final ChangePlace bound;
    private final long now;
    private final Map<Interest, Pending> pending = new LinkedHashMap<>();
    private final List<Watch> refused = new ArrayList<>();
    private ChangePlace at;
    private int keys;
    private long bytes;

    /** Events of one revision for one interest that nobody has been told. */
    private static final class Pending {
        private final ChangePlace from;
        private final List<WatchEvent> events = new ArrayList<>();
        private int bytes;

        Pending(ChangePlace from) {
            this.from = from;
        }
    }

    /**
     * @param from where all of the cohort stand
     * @param bound where others stand, who are to come along from there
     */
    Sweep(ReadView view, Cohort cohort, ChangePlace from, ChangePlace bound, long now) {
        this.view = view;
        this.cohort = cohort;
        this.at = from;
        this.bound = bound;
        this.now = now;
    }

    /** Returns where the cohort stands now; those who could not take all have left it: {@link #refused}. */
    ChangePlace run() {
        ChangeScan scan = view.changesFrom(at);
        while (keys < STRETCH_KEYS && bytes < STRETCH_BYTES && at.compareTo(bound) < 0) {
            // The bound lies within what this view holds.
            pass(scan.next().orElseThrow(this::endsEarly));
        }
        tellAll(true);
        return at;
    }

    /** Those whose buffers are full; each stands where it must go on. */
    List<Watch> refused() {
        return refused;
    }

    private InvariantViolation endsEarly() {
        return new InvariantViolation(
                "revision " + at.revision() + " is missing in the change log, which ends before it");
    }

    private void pass(KeyChange change) {
        Invariants.check(
                change.revision() == at.revision(),
                "the change log goes on with revision {} instead of {}",
                change.revision(),
                at.revision());
        keys++;
        bytes += change.key().length();
        var event = new Found(change);
        cohort.match(change.key().bytes(), interest -> add(interest, change, event.of(interest)));
        bytes += event.bytes;
        at = change.after();
        if (change.isLast()) {
            tellAll(false);
            closeFragments(change);
        }
    }

    /** One changed key: its versions are read when somebody asks for them, and once. */
    private final class Found {
        private final KeyChange change;
        private Optional<WatchEvent> alone = Optional.empty();
        private Optional<WatchEvent> withPrevious = Optional.empty();
        private long bytes;

        Found(KeyChange change) {
            this.change = change;
        }

        WatchEvent of(Interest interest) {
            WatchEvent plain = alone.orElseGet(this::read);
            return interest.previous() ? withPrevious.orElseGet(() -> addPrevious(plain)) : plain;
        }

        private WatchEvent read() {
            Timestamp commitTs = change.commitTs();
            Optional<KeyValue> written = view.get(change.key(), Moment.at(commitTs));
            var event = new WatchEvent(change.key(), change.revision(), commitTs, written, Optional.empty());
            alone = Optional.of(event);
            bytes += event.sizeBytes();
            return event;
        }

        /** What had expired by the time of the change was not there any more: the change itself found it so. */
        private WatchEvent addPrevious(WatchEvent plain) {
            Timestamp commitTs = change.commitTs();
            var before = new Moment(new Timestamp(commitTs.bits() - 1), commitTs);
            var event = new WatchEvent(
                    plain.key(), plain.revision(), commitTs, plain.written(), view.get(change.key(), before));
            withPrevious = Optional.of(event);
            bytes += event.sizeBytes();
            return event;
        }
    }

    private void add(Interest interest, KeyChange change, WatchEvent event) {
        Pending waiting = pending.get(interest);
        if (waiting != null && waiting.bytes + event.sizeBytes() > FRAGMENT_BYTES) {
            tell(interest, waiting, true);
            waiting = null;
        }
        if (waiting == null) {
            waiting = new Pending(change.place());
            pending.put(interest, waiting);
        }
        waiting.events.add(event);
        waiting.bytes += event.sizeBytes();
    }

    private void tellAll(boolean isFragment) {
        pending.forEach((interest, waiting) -> tell(interest, waiting, isFragment));
        pending.clear();
    }

    private void tell(Interest interest, Pending waiting, boolean isFragment) {
        WatchEvent first = waiting.events.getFirst();
        var item = new Events(first.revision(), first.commitTs(), waiting.events, isFragment);
        cohort.members(interest).forEach(watch -> offer(watch, item, waiting.from));
    }

    private void offer(Watch watch, Events item, ChangePlace from) {
        if (watch.offer(item, now)) {
            cohort.noteFragments(watch);
        } else {
            // Who has had nothing of the revision takes it from its beginning, and need not be told in fragments.
            watch.moveTo(watch.inFragments() ? from : ChangePlace.before(item.revision()));
            cohort.remove(watch);
            refused.add(watch);
        }
    }

    /** For those whose last fragment was not known to be the last. */
    private void closeFragments(KeyChange last) {
        var end = new Events(last.revision(), last.commitTs(), List.of(), false);
        cohort.inFragments().forEach(watch -> offer(watch, end, last.place()));
    }
}
