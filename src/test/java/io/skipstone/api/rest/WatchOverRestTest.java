package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.WatchSlots;
import io.skipstone.api.rest.EventStream.Event;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class WatchOverRestTest extends RestTest {
    @Inject
    WatchSlots slots;

    private EventStream watch(String query, String... headers) throws IOException, InterruptedException {
        return EventStream.open(node, query, headers);
    }

    private long set(String key, String value) throws Exception {
        return put("/v1/kv/" + room + key, value).json().path("revision").asLong();
    }

    @Test
    void tellsOfPutsAndDeletesOfAPrefixAsTheyHappen() throws Exception {
        try (EventStream events = watch("?prefix=" + room + "&previous=true")) {
            long start = events.next("started").data().path("startRevision").asLong();
            long first = set("a", "one");
            put("/v1/kv/elsewhere-" + room, "x").is(200);
            long second = set("a", "two");
            long third = delete("/v1/kv/" + room + "a").json().path("revision").asLong();

            Event put = events.next("change");
            assertThat(put.id()).contains(Long.toString(first));
            assertThat(first).isGreaterThanOrEqualTo(start);
            JsonNode event = put.data().path("events").path(0);
            assertThat(event.path("type").asText()).isEqualTo("put");
            assertThat(event.path("key").asText()).isEqualTo(room + "a");
            assertThat(event.path("value").asText()).isEqualTo("one");
            assertThat(event.path("createRevision").asLong()).isEqualTo(first);
            assertThat(event.path("modRevision").asLong()).isEqualTo(first);
            assertThat(event.path("version").asLong()).isEqualTo(1);
            assertThat(event.path("commitTs").asText())
                    .isEqualTo(put.data().path("commitTs").asText());
            assertThat(event.has("previous")).isFalse();
            Event again = events.next("change");
            assertThat(again.data().path("revision").asLong()).isEqualTo(second);
            assertThat(again.data()
                            .path("events")
                            .path(0)
                            .path("previous")
                            .path("value")
                            .asText())
                    .isEqualTo("one");
            Event gone = events.next("change");
            assertThat(gone.data().path("revision").asLong()).isEqualTo(third);
            assertThat(gone.data().path("events").path(0).path("type").asText()).isEqualTo("delete");
            assertThat(gone.data()
                            .path("events")
                            .path(0)
                            .path("previous")
                            .path("value")
                            .asText())
                    .isEqualTo("two");
        }
    }

    @Test
    void beginsInThePastAndInTheFuture() throws Exception {
        long first = set("a", "1");
        set("a", "2");
        try (EventStream past = watch("?key=" + room + "a&from=rev:" + first);
                EventStream future = watch("?key=" + room + "a&from=rev:" + (first + 3))) {
            past.next("started");
            future.next("started");
            set("a", "3");
            set("a", "4");

            for (int n = 0; n < 4; n++) {
                assertThat(past.next("change").id()).contains(Long.toString(first + n));
            }
            assertThat(future.next("change").id()).contains(Long.toString(first + 3));
        }
    }

    @Test
    void goesOnBehindTheLastEventThatAClientHad() throws Exception {
        long first = set("a", "1");
        long second = set("a", "2");
        try (EventStream events =
                watch("?prefix=" + room + "&from=rev:" + first, "Last-Event-ID", Long.toString(first))) {
            assertThat(events.next("started").data().path("startRevision").asLong())
                    .isEqualTo(first + 1);
            assertThat(events.next("change").id()).contains(Long.toString(second));
        }
    }

    @Test
    void tellsOfProgressOnAnIdleKeyAndItsIdIsAPlaceToGoOn() throws Exception {
        try (EventStream events = watch("?key=" + room + "idle&progressMillis=100")) {
            events.next("started");
            long revision = set("a", "1");
            Event progress = events.next("progress");
            while (progress.data().path("revision").asLong() < revision) {
                progress = events.next("progress");
            }
            assertThat(progress.id()).contains(Long.toString(revision));
        }
    }

    @Test
    void belowTheFloorIsGoneWithTheLowestRevision() throws Exception {
        long first = set("a", "1");
        String commitTs =
                put("/v1/kv/" + room + "a", "2").json().path("commitTs").asText();
        post("/v1/compact", "{\"at\":\"ts:" + commitTs + "\"}").is(200);

        JsonNode gone =
                get("/v1/watch?from=rev:" + first).isProblem(410, "compacted").json();

        long lowest = gone.path("lowestRevision").asLong();
        assertThat(lowest).isGreaterThan(first);
        try (EventStream events = watch("?from=rev:" + lowest)) {
            events.next("started");
        }
    }

    @Test
    void whatIsWrongIsRefusedBeforeTheStreamBegins() throws Exception {
        get("/v1/watch?key=a&prefix=b").isProblem(400, "contradictory_range");
        get("/v1/watch?prefix=a&start=b").isProblem(400, "contradictory_range");
        get("/v1/watch?start=b&end=a").isProblem(400, "range_reversed");
        get("/v1/watch?key=").isProblem(400, "empty_key");
        get("/v1/watch?from=17").isProblem(400, "bad_at");
        get("/v1/watch?from=yesterday").isProblem(400, "bad_at");
        get("/v1/watch?from=rev:99999999999999999999").isProblem(400, "bad_at");
        get("/v1/watch?progressMillis=0").isProblem(400, "bad_progress");
        get("/v1/watch?progressMillis=9223372036854775807").isProblem(400, "bad_progress");
        get("/v1/watch?nonsense=1").isProblem(400, "unknown_parameter");
        get("/v1/watch", "Last-Event-ID", "x").isProblem(400, "bad_event_id");
        get("/v1/watch", "Last-Event-ID", "9223372036854775807").isProblem(400, "bad_event_id");
        post("/v1/watch", "").isProblem(405, "method_not_allowed");
        await().untilAsserted(() -> assertThat(slots.connections()).isZero());
    }

    @Test
    void aClientThatGoesAwayHoldsNothing() throws Exception {
        List<EventStream> streams = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
            streams.add(watch("?prefix=" + room));
            streams.getLast().next("started");
        }
        assertThat(slots.connections()).isEqualTo(10);

        streams.forEach(EventStream::close);

        await().untilAsserted(() -> assertThat(slots.connections()).isZero());
    }

    @Test
    void aClientThatReadsSlowlyGetsEverything() throws Exception {
        List<Long> written = new ArrayList<>(List.of(set("big", "x")));
        String value = "v".repeat(200_000);
        try (EventStream events = watch("?prefix=" + room + "&from=rev:" + written.getFirst())) {
            for (int n = 0; n < 60; n++) {
                written.add(set("big", value));
            }
            events.next("started");
            // Others write to this node too, such as leases of an earlier test that end.
            for (long revision : written) {
                assertThat(events.next("change").data().path("revision").asLong())
                        .isEqualTo(revision);
            }
        }
    }
}
