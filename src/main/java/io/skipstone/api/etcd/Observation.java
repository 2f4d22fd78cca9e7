package io.skipstone.api.etcd;

import io.grpc.stub.ServerCallStreamObserver;
import io.skipstone.api.WatchSlots.Slot;
import io.skipstone.api.etcd.Lines.Turned;
import io.skipstone.api.etcd.v3.LeaderResponse;
import io.skipstone.model.Bytes;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.SkipstoneException.Compacted;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.watch.WatchEvent;
import io.skipstone.watch.WatchItem.Events;
import java.util.Optional;

/**
 * One stream that tells who leads: whoever does at its beginning, each new value of theirs, and whoever does after them. On its event loop.
 *
 * <p>It watches the key of the leader, or all of the line while there is none. What a slow client does not take waits in that watch, which is
 * bounded; when that is ended for it, the stream goes on with whoever leads then.
 */
final class Observation {
    private final Turn.Call call;
    private final ServerCallStreamObserver<LeaderResponse> client;
    private final Bytes name;
    private final EtcdHeader header;
    private final Slot slot;

    private Optional<Feed> feed = Optional.empty();

    /** What was looked up and not sent yet. */
    private Optional<LeaderResponse> found = Optional.empty();

    private boolean hasLeader;
    private boolean ended;

    private Observation(
            Turn.Call call, ServerCallStreamObserver<LeaderResponse> client, Bytes name, EtcdHeader header, Slot slot) {
        this.call = call;
        this.client = client;
        this.name = name;
        this.header = header;
        this.slot = slot;
    }

    /** While the service is called, so that a client that goes away is noticed. */
    static void begin(Turn.Call call, ServerCallStreamObserver<LeaderResponse> client, Bytes name, EtcdHeader header) {
        try {
            Slot slot = call.lines().slots(call.connection(), 1).getFirst();
            var observation = new Observation(call, client, name, header, slot);
            client.setOnReadyHandler(() -> call.context().runOnContext(here -> observation.send()));
            client.setOnCancelHandler(() -> call.context().runOnContext(here -> observation.end()));
            observation.look();
        } catch (RuntimeException refused) {
            client.onError(LineErrors.status(refused));
        }
    }

    private void look() {
        feed.ifPresent(Feed::close);
        feed = Optional.empty();
        call.lines().first(name).whenComplete((turned, failure) -> call.context()
                .runOnContext(here -> looked(turned, failure)));
    }

    private void looked(Turned turned, Throwable failure) {
        if (ended) {
            return;
        }
        if (failure != null) {
            fail(failure);
            return;
        }
        hasLeader = turned.first().isPresent();
        found = turned.first().map(leader -> response(leader, turned.revision()));
        KeyRange keys =
                turned.first().map(leader -> leader.key().asRange()).orElseGet(() -> KeyRange.prefix(Place.line(name)));
        feed = Optional.of(call.lines().watch(keys, turned.revision(), call.context(), this::send));
        send();
    }

    private LeaderResponse response(KeyValue leader, long revision) {
        return LeaderResponse.newBuilder()
                .setHeader(header.at(revision))
                .setKv(KeyValues.row(leader))
                .build();
    }

    /** Called whenever there may be something to do. */
    private void send() {
        try {
            if (!ended && found.isPresent() && client.isReady()) {
                client.onNext(found.get());
                found = Optional.empty();
            }
            while (!ended && found.isEmpty() && client.isReady()) {
                Optional<Events> events = feed.flatMap(Feed::take);
                if (events.isEmpty()) {
                    return;
                }
                tell(events.get());
            }
        } catch (Compacted | Overloaded tooSlow) {
            if (feed.filter(Feed::hasBegun).isPresent()) {
                look();
            } else {
                fail(tooSlow);
            }
        } catch (RuntimeException watchEnded) {
            fail(watchEnded);
        }
    }

    private void tell(Events events) {
        for (WatchEvent event : events.events()) {
            if (hasLeader && event.written().isPresent()) {
                client.onNext(response(event.written().get(), event.revision()));
            } else if (hasLeader || event.written().isPresent()) {
                look();
                return;
            }
        }
    }

    private void fail(Throwable failure) {
        end();
        client.onError(LineErrors.status(failure));
    }

    /** Nobody listens any more; once or more. */
    private void end() {
        ended = true;
        feed.ifPresent(Feed::close);
        slot.close();
    }
}
