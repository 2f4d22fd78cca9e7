package io.skipstone.command;

import io.skipstone.command.Compare.Relation;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What a series of conditions leaves of an ordered, discrete set without an end. */
final class Span<T extends Comparable<T>> {
    private final UnaryOperator<T> next;
    private final Set<T> holes = new HashSet<>();
    private T first;
    private Optional<T> end = Optional.empty();

    /**
     * @param first the smallest element of the set
     * @param next the element that follows one
     */
    Span(T first, UnaryOperator<T> next) {
        this.first = first;
        this.next = next;
    }

    /** Leaves only what has this relation to the target. */
    void narrow(Relation relation, T target) {
        switch (relation) {
            case EQUAL -> {
                startAt(target);
                endBefore(next.apply(target));
            }
            case NOT_EQUAL -> holes.add(target);
            case LESS -> endBefore(target);
            case GREATER -> startAt(next.apply(target));
        }
    }

    boolean contains(T element) {
        return element.compareTo(first) >= 0 && isBeforeEnd(element) && !holes.contains(element);
    }

    /** Whether anything is left at {@code from} or behind it. */
    boolean reaches(T from) {
        T candidate = from.compareTo(first) >= 0 ? from : first;
        while (holes.contains(candidate)) {
            candidate = next.apply(candidate);
        }
        return isBeforeEnd(candidate);
    }

    private boolean isBeforeEnd(T element) {
        return end.map(limit -> element.compareTo(limit) < 0).orElse(true);
    }

    private void startAt(T element) {
        if (element.compareTo(first) > 0) {
            first = element;
        }
    }

    private void endBefore(T element) {
        if (end.isEmpty() || element.compareTo(end.get()) < 0) {
            end = Optional.of(element);
        }
    }
}
