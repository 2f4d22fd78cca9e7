package io.skipstone.api.etcd;

import io.skipstone.api.etcd.v3.Event;
import io.skipstone.api.etcd.v3.KeyValue;
import io.skipstone.api.etcd.v3.WatchResponse;
import io.skipstone.model.SkipstoneException.TooLarge;
import io.skipstone.watch.WatchEvent;
import io.skipstone.watch.WatchItem;
import java.util.ArrayList;
import java.util.List;

/**
 * The events of one watch, as its client wants them: those of a revision together in one answer, or, where it takes fragments, in several. On
 * the event loop of its stream.
 */
final class WatchDelivery {
    /** Where etcd cuts, too: the largest request that it takes by default. */
    static final int FRAGMENT_BYTES = 3 << 19;

    /** The most that one revision may have of the keys of a watch that takes no fragments. */
    static final int WHOLE_BYTES = 32 << 20;

    private final long id;
    private final WatchOptions options;
    private final EtcdHeader header;

    /** Of the revision that the watch is being told of, if it takes no fragments. */
    private List<Event> gathered = new ArrayList<>();

    private long gatheredBytes;

    /** Whether the client has had a fragment of that revision. */
    private boolean inFragments;

    WatchDelivery(long id, WatchOptions options, EtcdHeader header) {
        this.id = id;
        this.options = options;
        this.header = header;
    }

    WatchOptions options() {
        return options;
    }

    /**
     * What the client is told now.
     *
     * @throws TooLarge the revision is more than one answer may be
     */
    List<WatchResponse> answers(WatchItem.Events item) {
        List<Event> events = item.events().stream()
                .filter(options::wants)
                .map(WatchDelivery::event)
                .toList();
        return options.fragment() ? fragments(item, events) : whole(item, events);
    }

    private List<WatchResponse> whole(WatchItem.Events item, List<Event> events) {
        gatheredBytes += sizeBytes(events);
        if (gatheredBytes > WHOLE_BYTES) {
            throw new TooLarge(
                    "revision_too_large",
                    "one revision changed more than " + WHOLE_BYTES
                            + " bytes of what is watched; watch fewer keys, or allow fragments");
        }
        gathered.addAll(events);
        if (item.isFragment() || gathered.isEmpty()) {
            return List.of();
        }
        WatchResponse answer = answer(item, gathered, false);
        gathered = new ArrayList<>();
        gatheredBytes = 0;
        return List.of(answer);
    }

    private List<WatchResponse> fragments(WatchItem.Events item, List<Event> events) {
        List<List<Event>> pieces = pieces(events);
        if (pieces.isEmpty() && inFragments && !item.isFragment()) {
            // Says that the revision ends.
            pieces = List.of(List.of());
        }
        var answers = new ArrayList<WatchResponse>();
        for (List<Event> piece : pieces) {
            boolean isLast = answers.size() == pieces.size() - 1;
            answers.add(answer(item, piece, item.isFragment() || !isLast));
        }
        inFragments = item.isFragment() && (inFragments || !answers.isEmpty());
        return answers;
    }

    private static List<List<Event>> pieces(List<Event> events) {
        var pieces = new ArrayList<List<Event>>();
        List<Event> piece = new ArrayList<>();
        long bytes = 0;
        for (Event event : events) {
            int size = event.getSerializedSize();
            if (!piece.isEmpty() && bytes + size > FRAGMENT_BYTES) {
                pieces.add(piece);
                piece = new ArrayList<>();
                bytes = 0;
            }
            piece.add(event);
            bytes += size;
        }
        if (!piece.isEmpty()) {
            pieces.add(piece);
        }
        return pieces;
    }

    private static long sizeBytes(List<Event> events) {
        return events.stream().mapToLong(Event::getSerializedSize).sum();
    }

    private WatchResponse answer(WatchItem.Events item, List<Event> events, boolean isFragment) {
        return WatchResponse.newBuilder()
                .setHeader(header.at(item.revision()))
                .setWatchId(id)
                .setFragment(isFragment)
                .addAllEvents(events)
                .build();
    }

    private static Event event(WatchEvent event) {
        var answer = Event.newBuilder();
        event.written()
                .ifPresentOrElse(
                        written -> answer.setType(Event.EventType.PUT).setKv(KeyValues.row(written)),
                        () -> answer.setType(Event.EventType.DELETE).setKv(gone(event)));
        event.previous().ifPresent(previous -> answer.setPrevKv(KeyValues.row(previous)));
        return answer.build();
    }

    private static KeyValue gone(WatchEvent event) {
        return KeyValue.newBuilder()
                .setKey(KeyValues.bytes(event.key().bytes()))
                .setModRevision(Revisions.etcd(event.revision()))
                .build();
    }
}
