package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skipstone.Preloaded;
import io.skipstone.model.ExitCode;
import io.skipstone.process.FaultyDisk.Call;
import io.skipstone.process.FaultyDisk.Trouble;
import io.skipstone.process.FaultyDisk.Where;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of three nodes fails in the ways in which disks and machines fail: it ends with a clear line or steps aside, the others go on, and
 * nothing that anybody was told is lost. One group for all tests; each leaves it whole.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailStopIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int WRITES = 60;

    /** Longer than what Ratis' pause monitor has a leader step down after (10 s), shorter than what it closes a group after (60 s). */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static final int READS_OF_THE_SLEEPER = 8;

    @TempDir
    private static Path dir;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final List<FaultyDisk> disks = new ArrayList<>();
    private ServerGroup group;

    @BeforeAll
    void threeNodes() throws IOException {
        assumeTrue(Preloaded.isPossible(), "needs Linux and gcc");
        List<Map<String, String>> settings = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            FaultyDisk disk = FaultyDisk.in(dir.resolve("disk-" + number));
            disks.add(disk);
            var environment = new HashMap<>(disk.environment());
            // A leader that stood still must not count on a lease of before.
            environment.put("SKIPSTONE_READ_LEASE", "true");
            settings.add(environment);
        }
        group = ServerGroup.start(dir, settings);
    }

    @AfterAll
    void end() throws IOException {
        if (group != null) {
            group.close();
        }
    }

    @Test
    void aLeaderWhoseLogCannotBeSyncedEnds() throws Exception {
        endsAndComesBack(group.awaitLeader(), Call.SYNC, Trouble.EIO, Where.LOG);
    }

    @Test
    void aLeaderWhoseDiskIsFullBelowItsLogEnds() throws Exception {
        endsAndComesBack(group.awaitLeader(), Call.WRITE, Trouble.ENOSPC, Where.LOG);
    }

    @Test
    void aFollowerWhoseStoreCannotBeWrittenEnds() throws Exception {
        ServerProcess follower = group.others(group.awaitLeader()).getFirst();

        endsAndComesBack(follower, Call.WRITE, Trouble.EIO, Where.STORE);
    }

    @Test
    void aLeaderWhoseStoreCannotBeSyncedEnds() throws Exception {
        endsAndComesBack(group.awaitLeader(), Call.SYNC, Trouble.EIO, Where.STORE);
    }

    @Test
    void aVoterThatCannotNoteItsVoteKeepsTheLastOne() throws Exception {
        ServerProcess leader = group.awaitLeader();
        ServerProcess voter = group.others(leader).getFirst();
        FaultyDisk disk = disks.get(group.servers().indexOf(voter));
        Path note = voteFile(voter);
        String noted = Files.readString(note);

        disk.fails(Call.WRITE, Trouble.ENOSPC, Where.VOTE);
        leader.kill();
        await().atMost(SOON).until(() -> voter.log().contains("No space left on device"));
        voter.kill();

        assertThat(note).hasContent(noted);
        disk.isRepaired();
        leader.restart();
        voter.restart();
        put(voter, "vote", "given again");
    }

    private static Path voteFile(ServerProcess server) throws IOException {
        try (Stream<Path> files = Files.walk(server.dataDir().resolve("raft"))) {
            return files.filter(file -> file.endsWith("raft-meta")).findFirst().orElseThrow();
        }
    }

    @Test
    void aLeaderThatStoodStillStepsAsideAndCatchesUp() throws Exception {
        ServerProcess paused = group.awaitLeader();
        ServerProcess other = group.others(paused).getFirst();
        put(other, "register", "old");
        var writes = new NumberedWrites(http, "paused", group.servers());
        awaitMore(writes);

        List<CompletableFuture<HttpResponse<String>>> asked;
        paused.freeze();
        long begin = System.nanoTime();
        try {
            // The others elect a leader of their own and go on.
            awaitMore(writes);
            put(other, "register", "new");
            // These lie in its sockets, and are the first that it sees when it wakes.
            asked = askSleeper(paused, "register");
            await().atMost(SOON).until(() -> System.nanoTime() - begin > PAUSE.toNanos());
        } finally {
            paused.wake();
        }

        for (var answer : asked) {
            assertIsNotStale(answer.get(SOON.toSeconds(), TimeUnit.SECONDS));
        }
        awaitMore(writes);
        Map<String, String> acknowledged = writes.end();
        await().atMost(SOON).until(() -> isReady(paused) && !role(paused).equalsIgnoreCase("leader"));
        assertHolds(paused, writes.prefix(), acknowledged, "linearizable");
        assertHolds(group.others(paused).getFirst(), writes.prefix(), acknowledged, "linearizable");
    }

    private List<CompletableFuture<HttpResponse<String>>> askSleeper(ServerProcess sleeper, String key) {
        var request = HttpRequest.newBuilder(uri(sleeper, key)).build();
        return Stream.generate(() -> http.sendAsync(request, BodyHandlers.ofString()))
                .limit(READS_OF_THE_SLEEPER)
                .toList();
    }

    /** A node that does not know yet may refuse. */
    private static void assertIsNotStale(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 503, 504);
        if (answer.statusCode() == 200) {
            assertThat(answer.body()).isEqualTo("new");
        }
    }

    private void put(ServerProcess server, String key, String value) throws Exception {
        var request = HttpRequest.newBuilder(uri(server, key))
                .PUT(BodyPublishers.ofString(value))
                .build();
        var answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static URI uri(ServerProcess server, String key) {
        return URI.create(server.endpoint() + "/v1/kv/" + key);
    }

    private void endsAndComesBack(ServerProcess victim, Call call, Trouble trouble, Where where) throws Exception {
        FaultyDisk disk = disks.get(group.servers().indexOf(victim));
        int linesBefore = failStops(victim).size();
        String prefix = where + "/" + call + "/" + trouble;
        var writes = new NumberedWrites(http, prefix, group.servers());
        awaitMore(writes);

        disk.fails(call, trouble, where);
        assertThat(victim.awaitExit()).as(victim.log()).isEqualTo(ExitCode.STORAGE.code());
        awaitMore(writes);
        Map<String, String> acknowledged = writes.end();

        assertThat(failStops(victim)).as("one line says why").hasSize(linesBefore + 1);
        assertHolds(group.awaitLeader(), prefix, acknowledged, "linearizable");
        disk.isRepaired();
        victim.restart();
        assertHolds(victim, prefix, acknowledged, "local");
    }

    private static List<String> failStops(ServerProcess server) throws IOException {
        return server.log()
                .lines()
                .filter(line -> line.contains("fail-stop reason="))
                .toList();
    }

    private static void awaitMore(NumberedWrites writes) {
        int before = writes.count();
        await().atMost(SOON).until(() -> writes.count() > before + WRITES);
    }

    /** Nobody but the writes has written there, so what is there beyond them was not acknowledged: it may be. */
    private void assertHolds(ServerProcess server, String prefix, Map<String, String> acknowledged, String read)
            throws Exception {
        assertThat(read(server, prefix, read)).containsAllEntriesOf(acknowledged);
    }

    private Map<String, String> read(ServerProcess server, String prefix, String read) throws Exception {
        var found = new HashMap<String, String>();
        String page = "";
        do {
            String url = server.endpoint() + "/v1/kv?limit=1000&read=" + read + "&prefix=" + encoded(prefix + "/")
                    + (page.isEmpty() ? "" : "&page=" + encoded(page));
            var answer = http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode json = new ObjectMapper().readTree(answer.body());
            for (JsonNode item : json.path("items")) {
                found.put(item.path("key").asText(), item.path("value").asText());
            }
            page = json.path("next").asText("");
        } while (!page.isEmpty());
        return found;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private boolean isReady(ServerProcess server) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.management() + "/q/health/ready"))
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    }

    private static String role(ServerProcess server) throws IOException {
        return server.status().path("role").asText();
    }
}
