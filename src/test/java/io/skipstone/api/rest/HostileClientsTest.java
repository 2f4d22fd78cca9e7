package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Clients that send too much, too slowly or not at all: each is turned away, and the others are served. */
@QuarkusTest
@TestProfile(OneNode.class)
class HostileClientsTest extends RestTest {
    private static final int CONNECTIONS = 200;
    private static final int REQUESTS_EACH = 10;
    private static final long GIB = 1L << 30;

    @Test
    void thousandsOfOversizedRequestsAtOnceAreRefusedUnread() throws Exception {
        long before = revision();
        List<Future<Integer>> refused = new ArrayList<>();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                refused.add(clients.submit(() -> oversizedRequests(REQUESTS_EACH)));
            }
            put(kv("meanwhile"), "served").is(200);
        }

        int answers = 0;
        for (Future<Integer> client : refused) {
            answers += client.get();
        }
        assertThat(answers).isEqualTo(CONNECTIONS * REQUESTS_EACH);
        assertThat(revision()).isEqualTo(before + 1);
    }

    /** Announces a gigabyte each time, and counts the answers that say it is too much. */
    private int oversizedRequests(int requests) throws IOException {
        int refused = 0;
        for (int i = 0; i < requests; i++) {
            int status = RawHttp.status(
                    node, "PUT " + kv("big") + " HTTP/1.1", "Content-Length: " + GIB, "the beginning of it");
            refused += status == 413 ? 1 : 0;
        }
        return refused;
    }

    @Test
    void aBodyWithoutALengthIsCutWhenItIsTooLong() throws Exception {
        try (Socket socket = RawHttp.connect(node)) {
            RawHttp.write(socket, "PUT " + kv("big") + " HTTP/1.1\r\nHost: node\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
            // One chunk over the limit, and no end: the answer does not wait for it.
            for (int sent = 0; sent <= 32; sent++) {
                RawHttp.write(socket, chunk);
            }

            assertThat(RawHttp.readStatus(socket)).isEqualTo(413);
        }
        get(kv("big")).is(404);
    }

    @Test
    void theConnectionOfARefusedBodyIsClosed() throws Exception {
        try (Socket socket = RawHttp.connect(node)) {
            RawHttp.write(
                    socket, "PUT " + kv("big") + " HTTP/1.1\r\nHost: node\r\nContent-Length: " + GIB + "\r\n\r\n");

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(answer).startsWith("HTTP/1.1 413").containsIgnoringCase("connection: close");
        }
    }

    @Test
    void aClientThatAsksFirstIsToldBeforeItSends() throws Exception {
        try (Socket socket = RawHttp.connect(node)) {
            RawHttp.write(
                    socket,
                    "PUT " + kv("big") + " HTTP/1.1\r\nHost: node\r\nExpect: 100-continue\r\nContent-Length: " + GIB
                            + "\r\n\r\n");
            assertThat(RawHttp.readStatus(socket)).isEqualTo(413);
        }
        try (Socket socket = RawHttp.connect(node)) {
            RawHttp.write(
                    socket,
                    "PUT " + kv("small")
                            + " HTTP/1.1\r\nHost: node\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n");
            InputStream answers = socket.getInputStream();
            assertThat(new String(answers.readNBytes(21), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 100 ");
            RawHttp.write(socket, "abc");
            assertThat(new String(answers.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .contains("HTTP/1.1 200 ");
        }
        assertThat(get(kv("small")).is(200).text()).isEqualTo("abc");
    }

    @Test
    void clientsThatStopInTheMiddleHoldNobodyUpAndAreCut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                Socket socket = RawHttp.connect(node);
                silent.add(socket);
                RawHttp.write(
                        socket, "PUT " + kv("slow") + " HTTP/1.1\r\nHost: node\r\nContent-Length: 100\r\n\r\nhalf");
            }

            put(kv("meanwhile"), "served").is(200);

            for (Socket socket : silent) {
                // Ends without an answer, or the read would time out.
                assertThat(RawHttp.readStatus(socket)).isEqualTo(-1);
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
        get(kv("slow")).is(404);
    }

    @Test
    void brokenRequestsAreRefused() throws Exception {
        assertThat(RawHttp.status(node, "PUT " + kv("a") + " HTTP/1.1", "Content-Length: -1", ""))
                .isEqualTo(400);
        assertThat(RawHttp.status(node, "NONSENSE", "X: y", "")).isEqualTo(400);
        put(kv("alive"), "yes").is(200);
    }

    @Test
    void bytesLeftUnencodedAreTakenAsTheyAre() throws Exception {
        assertThat(RawHttp.status(node, "PUT " + kv("\u00c3\u00bc") + " HTTP/1.1", "Content-Length: 1", "x"))
                .isEqualTo(200);

        assertThat(get(kv("%C3%BC")).is(200).text()).isEqualTo("x");
    }

    @Test
    void aTargetInTheAbsoluteFormIsUnderstood() throws Exception {
        assertThat(RawHttp.status(node, "PUT http://node" + kv("a/../b") + " HTTP/1.1", "Content-Length: 1", "x"))
                .isEqualTo(200);

        assertThat(get(kv("a/../b")).is(200).text()).isEqualTo("x");
    }
}
