package io.skipstone.api.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.api.ErrorMapping;
import io.skipstone.api.LeaderHint;
import io.skipstone.api.Refusal;
import io.skipstone.api.WatchSlots.Slot;
import io.skipstone.watch.Watch;
import io.skipstone.watch.WatchEvent;
import io.skipstone.watch.WatchItem;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One watch on its way to one client, as server-sent events. The id of an event is the revision that a client need not be told of again;
 * only the last fragment of a revision has one.
 */
final class WatchStream implements Body.Streamed {
    private static final int LINE_BYTES = 64;

    private final Context context;
    private final Slot slot;
    private final LeaderHint leader;

    /** Set while a look at the watch is on its way to the event loop. */
    private final AtomicBoolean signalled = new AtomicBoolean();

    private volatile Optional<Watch> watch = Optional.empty();
    private volatile boolean ended;

    /** Event loop only. */
    private Optional<HttpServerResponse> client = Optional.empty();

    WatchStream(Context context, Slot slot, LeaderHint leader) {
        this.context = context;
        this.slot = slot;
        this.leader = leader;
    }

    /** The watch, or that there is none. */
    void begin(Optional<Watch> begun) {
        watch = begun;
        if (begun.isEmpty()) {
            drop();
        }
    }

    /** There is something to be sent. Any thread. */
    void signal() {
        if (!signalled.getAndSet(true)) {
            context.runOnContext(here -> {
                signalled.set(false);
                client.ifPresent(this::sendNext);
            });
        }
    }

    @Override
    public OptionalLong lengthBytes() {
        return OptionalLong.empty();
    }

    @Override
    public void sendTo(HttpServerResponse response) {
        response.closeHandler(gone -> drop());
        response.exceptionHandler(lost -> drop());
        response.drainHandler(room -> sendNext(response));
        client = Optional.of(response);
        watch.ifPresent(begun -> write(
                response,
                "started",
                OptionalLong.of(begun.startRevision() - 1),
                JsonText.object().put("startRevision", begun.startRevision())));
        sendNext(response);
    }

    @Override
    public void drop() {
        ended = true;
        watch.ifPresent(Watch::close);
        slot.close();
    }

    private void sendNext(HttpServerResponse response) {
        while (!ended && !response.writeQueueFull()) {
            Optional<WatchItem> item = watch.flatMap(Watch::take);
            if (item.isEmpty()) {
                return;
            }
            send(item.get(), response);
        }
    }

    private void send(WatchItem item, HttpServerResponse response) {
        switch (item) {
            case WatchItem.Events events ->
                write(
                        response,
                        "change",
                        events.isFragment() ? OptionalLong.empty() : OptionalLong.of(events.revision()),
                        events(events));
            case WatchItem.Progress(var revision, var resumeRevision) ->
                write(
                        response,
                        "progress",
                        OptionalLong.of(resumeRevision - 1),
                        JsonText.object().put("revision", revision));
            case WatchItem.Cancelled cancelled -> {
                write(response, "cancelled", OptionalLong.empty(), cancelled(cancelled));
                drop();
                response.end();
            }
        }
    }

    private static ObjectNode events(WatchItem.Events events) {
        ObjectNode json = JsonText.object();
        json.put("revision", events.revision());
        json.put("commitTs", events.commitTs().toString());
        json.put("fragment", events.isFragment());
        ArrayNode array = json.putArray("events");
        events.events().forEach(event -> array.add(event(event)));
        return json;
    }

    private static ObjectNode event(WatchEvent event) {
        ObjectNode json = JsonText.object();
        event.written()
                .ifPresentOrElse(
                        written -> {
                            json.put("type", "put");
                            json.setAll(AnswerJson.item(written, false));
                        },
                        () -> {
                            json.put("type", "delete");
                            JsonText.put(json, "key", event.key().bytes());
                            json.put("modRevision", event.revision());
                            json.put("commitTs", event.commitTs().toString());
                        });
        event.previous().ifPresent(previous -> json.set("previous", AnswerJson.item(previous, false)));
        return json;
    }

    private ObjectNode cancelled(WatchItem.Cancelled cancelled) {
        Refusal refusal = ErrorMapping.refusal(cancelled.why());
        return Problems.json(refusal, leader.elsewhere(refusal)).put("resumeRevision", cancelled.resumeRevision());
    }

    /** JSON on one line holds no line break, so it is one field. */
    private static void write(HttpServerResponse response, String name, OptionalLong id, ObjectNode json) {
        byte[] data = JsonText.write(json).array();
        var event = Buffer.buffer(data.length + LINE_BYTES);
        id.ifPresent(revision -> event.appendString("id: " + revision + "\n"));
        event.appendBytes(("event: " + name + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
        event.appendBytes(data).appendString("\n\n");
        var _ = response.write(event);
    }
}
