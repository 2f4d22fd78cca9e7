package io.skipstone.api.etcd;

import io.grpc.stub.ServerCallStreamObserver;
import io.skipstone.api.WatchSlots.Slot;
import io.skipstone.api.etcd.Lines.Look;
import io.skipstone.api.etcd.Lines.Stood;
import io.skipstone.model.Key;
import io.skipstone.model.SkipstoneException.Compacted;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.watch.WatchItem.Events;
import io.vertx.core.Context;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * One call that waits for its turn in a line, which comes when every earlier key is gone. On its event loop.
 *
 * <p>It watches its own key and the one before it, so that one that leaves wakes one. The wait ends with the turn, when its own key is gone,
 * when the client goes away and when this node stops; unless the turn has come, the place is given up then.
 */
final class Turn<A> {
    private static final Logger LOG = Logger.getLogger(Turn.class);

    /** A watch on its own key and one on the key before it. */
    private static final int WATCHES = 2;

    private final Lines lines;
    private final ServerCallStreamObserver<A> client;
    private final Context context;
    private final List<Slot> slots;
    private final String gone;
    private final Function<Came, A> answer;

    private Optional<Stood> stood = Optional.empty();
    private Optional<Feed> own = Optional.empty();
    private Optional<Feed> before = Optional.empty();
    private boolean ended;

    private Turn(
            Lines lines,
            ServerCallStreamObserver<A> client,
            Context context,
            List<Slot> slots,
            String gone,
            Function<Came, A> answer) {
        this.lines = lines;
        this.client = client;
        this.context = context;
        this.slots = slots;
        this.gone = gone;
        this.answer = answer;
    }

    /**
     * The turn has come.
     *
     * @param revision of the store when it was seen to have
     */
    record Came(Stood stood, long revision) {}

    /** The line, and the connection of whoever is to stand in it. */
    record Call(Lines lines, Object connection, Context context) {}

    /**
     * Stands in line and answers when the turn has come, or why it will not. While the service is called, so that a client that goes away
     * is noticed.
     *
     * @param gone the error when the place is lost
     */
    static <A> void await(
            Call call,
            ServerCallStreamObserver<A> client,
            Supplier<CompletionStage<Stood>> stand,
            String gone,
            Function<Came, A> answer) {
        try {
            List<Slot> slots = call.lines().slots(call.connection(), WATCHES);
            var turn = new Turn<>(call.lines(), client, call.context(), slots, gone, answer);
            client.setOnCancelHandler(() -> call.context().runOnContext(here -> turn.cancel()));
            turn.enter(stand);
        } catch (RuntimeException refused) {
            client.onError(LineErrors.status(refused));
        }
    }

    private void enter(Supplier<CompletionStage<Stood>> stand) {
        try {
            stand.get().whenComplete((place, failure) -> context.runOnContext(here -> entered(place, failure)));
        } catch (RuntimeException refused) {
            fail(refused);
        }
    }

    private void entered(Stood place, Throwable failure) {
        if (failure != null) {
            fail(failure);
            return;
        }
        stood = Optional.of(place);
        if (ended) {
            leave();
        } else {
            look();
        }
    }

    private void look() {
        close();
        lines.look(stood.orElseThrow().place())
                .whenComplete((look, failure) -> context.runOnContext(here -> looked(look, failure)));
    }

    private void looked(Look look, Throwable failure) {
        if (ended) {
            return;
        }
        if (failure != null) {
            fail(failure);
            return;
        }
        switch (look) {
            case Look.First(var revision) -> come(revision);
            case Look.Behind(var next, var revision) -> watch(next, revision);
            case Look.Gone _ -> lose();
        }
    }

    private void watch(Key next, long revision) {
        Key key = stood.orElseThrow().place().key();
        own = Optional.of(lines.watch(key.asRange(), revision, context, this::changed));
        before = Optional.of(lines.watch(next.asRange(), revision, context, this::changed));
    }

    private void changed() {
        if (ended) {
            return;
        }
        try {
            if (isDeleted(own)) {
                lose();
            } else if (isDeleted(before)) {
                look();
            }
        } catch (Compacted | Overloaded tooFarBehind) {
            retry(tooFarBehind);
        } catch (RuntimeException watchEnded) {
            fail(watchEnded);
        }
    }

    /** What was missed shows in what is there now. A watch that could not begin would not begin the next time. */
    private void retry(RuntimeException watchEnded) {
        if (own.filter(Feed::hasBegun).isPresent()
                && before.filter(Feed::hasBegun).isPresent()) {
            look();
        } else {
            fail(watchEnded);
        }
    }

    /** Whether its key was deleted since it was looked at; written anew is not. */
    private static boolean isDeleted(Optional<Feed> feed) {
        Optional<Events> events = feed.flatMap(Feed::take);
        while (events.isPresent()) {
            if (events.get().events().stream().anyMatch(event -> event.written().isEmpty())) {
                return true;
            }
            events = feed.flatMap(Feed::take);
        }
        return false;
    }

    private void come(long revision) {
        end();
        client.onNext(answer.apply(new Came(stood.orElseThrow(), revision)));
        client.onCompleted();
    }

    private void lose() {
        end();
        client.onError(LineErrors.of(gone));
    }

    private void fail(Throwable failure) {
        if (!ended) {
            end();
            stood.ifPresent(place -> leave());
            client.onError(LineErrors.status(failure));
        }
    }

    /** The client is gone. */
    private void cancel() {
        if (!ended) {
            end();
            stood.ifPresent(place -> leave());
        }
    }

    private void leave() {
        lines.leave(stood.orElseThrow().place()).whenComplete((revision, failure) -> {
            if (failure != null) {
                LOG.infof("a place in a line could not be given up; it is there until its lease ends: %s", failure);
            }
        });
    }

    private void end() {
        ended = true;
        close();
        slots.forEach(Slot::close);
    }

    private void close() {
        own.ifPresent(Feed::close);
        before.ifPresent(Feed::close);
    }
}
