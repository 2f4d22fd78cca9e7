package io.skipstone.watch;

import io.skipstone.model.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Watches that have come to the same place, by what they watch. One key is found by its hash, ranges and prefixes by a tree over their
 * starts in which each node knows the furthest end below it. Hub thread only.
 */
final class Cohort {
    private final Map<Interest, Set<Watch>> members = new HashMap<>();
    private final Map<Bytes, List<Interest>> keys = new HashMap<>();

    /** By start. The middle of each stretch is the root of a tree; built when it is needed and has changed. */
    private final List<Interest> ranges = new ArrayList<>();

    /** For each root, the interest of its stretch that ends last. */
    private final List<Interest> furthest = new ArrayList<>();

    private boolean outdated;

    /** Members that have had a part of the revision that the cohort stands in. */
    private final Set<Watch> inFragments = new LinkedHashSet<>();

    boolean isEmpty() {
        return members.isEmpty();
    }

    int interests() {
        return members.size();
    }

    void add(Watch watch) {
        Interest interest = watch.interest();
        Set<Watch> same = members.get(interest);
        if (same == null) {
            same = new LinkedHashSet<>();
            members.put(interest, same);
            if (interest.isOneKey()) {
                keys.computeIfAbsent(interest.keys().start(), key -> new ArrayList<>(1))
                        .add(interest);
            } else {
                outdated = true;
            }
        }
        same.add(watch);
        noteFragments(watch);
    }

    /** After a member was told something. */
    void noteFragments(Watch watch) {
        if (watch.inFragments()) {
            inFragments.add(watch);
        } else {
            inFragments.remove(watch);
        }
    }

    List<Watch> inFragments() {
        return List.copyOf(inFragments);
    }

    void remove(Watch watch) {
        inFragments.remove(watch);
        Interest interest = watch.interest();
        Set<Watch> same = members.getOrDefault(interest, Set.of());
        if (same.contains(watch) && same.size() > 1) {
            same.remove(watch);
        } else if (same.contains(watch)) {
            members.remove(interest);
            outdated |= !interest.isOneKey();
            keys.computeIfPresent(interest.keys().start(), (key, here) -> {
                here.remove(interest);
                return here.isEmpty() ? null : here;
            });
        }
    }

    /** A copy: whoever is told may have to leave. */
    List<Watch> members(Interest interest) {
        return List.copyOf(members.getOrDefault(interest, Set.of()));
    }

    List<Watch> all() {
        return members.values().stream().flatMap(Collection::stream).toList();
    }

    /** Every interest that the key falls into. */
    void match(Bytes key, Consumer<Interest> found) {
        keys.getOrDefault(key, List.of()).forEach(found);
        if (outdated) {
            build();
        }
        match(key, 0, ranges.size(), found);
    }

    private void build() {
        ranges.clear();
        members.keySet().stream()
                .filter(interest -> !interest.isOneKey())
                .sorted(Comparator.comparing(interest -> interest.keys().start()))
                .forEach(ranges::add);
        furthest.clear();
        furthest.addAll(ranges);
        spread(0, ranges.size());
        outdated = false;
    }

    private void spread(int from, int to) {
        if (to - from < 2) {
            return;
        }
        int middle = (from + to) >>> 1;
        spread(from, middle);
        spread(middle + 1, to);
        Interest last = ranges.get(middle);
        last = later(last, furthest.get((from + middle) >>> 1));
        if (middle + 1 < to) {
            last = later(last, furthest.get((middle + 1 + to) >>> 1));
        }
        furthest.set(middle, last);
    }

    private static Interest later(Interest one, Interest other) {
        Bytes end = one.keys().end();
        return end.isEmpty()
                        || (!other.keys().end().isEmpty() && other.keys().end().compareTo(end) <= 0)
                ? one
                : other;
    }

    private void match(Bytes key, int from, int to, Consumer<Interest> found) {
        if (from >= to) {
            return;
        }
        int middle = (from + to) >>> 1;
        if (furthest.get(middle).endsBefore(key)) {
            return;
        }
        match(key, from, middle, found);
        Interest here = ranges.get(middle);
        if (here.keys().contains(key)) {
            found.accept(here);
        }
        if (here.keys().start().compareTo(key) <= 0) {
            match(key, middle + 1, to, found);
        }
    }
}
