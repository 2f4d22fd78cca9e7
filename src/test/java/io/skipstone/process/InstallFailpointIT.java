package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.chaos.cluster.Directories;
import io.skipstone.chaos.cluster.StoppedStore;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.model.PassedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A member that gets the store of another one, halted at every failpoint on the way, and started again: it takes the old store or the
 * new one, comes to hold what the others hold, and skips from then on. One group for all; each case leaves it whole.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class InstallFailpointIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** More than a segment of the log, 8 MiB: the one that the member knew the end of is closed, and purged by the next pin. */
    private static final int VALUES = 10;

    private static final int VALUE_CHARS = 900_000;

    /** Part of the names of the failpoints to halt at: {@code -Dfailpoint=install.synced}. */
    private static final String ONLY = System.getProperty("failpoint", "");

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    @TempDir
    private static Path dir;

    private static ServerGroup group;
    private static ServerProcess member;

    @BeforeAll
    static void threeNodes() throws IOException {
        // The floor moves when the test says so, and at no other time: stores are compared.
        group = ServerGroup.start(dir, Map.of("SKIPSTONE_GC_RETENTION_SECONDS", "0"));
        member = group.others(group.awaitLeader()).getFirst();
    }

    @AfterAll
    static void end() throws IOException {
        if (group != null) {
            group.close();
        }
    }

    static Stream<Failpoint> steps() {
        return PassedBy.all(PassedBy.AN_INSTALL, PassedBy.AN_EXCHANGE, PassedBy.AN_ADOPTION)
                .filter(step -> step.id().contains(ONLY));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("steps")
    void comesBackWholeFromAHalt(Failpoint step) throws Exception {
        member.kill();
        Map<String, String> written = writeAndPurge(step.id());

        bringToHalt(step);
        member.launchAgain(group.settings(member));
        member.awaitReady();

        assertThat(read(written)).isEqualTo(written);
        List<StoppedStore> stores = awaitOnePosition();
        assertThat(stores)
                .extracting(StoppedStore::hash)
                .containsOnly(stores.getFirst().hash());

        member.kill();
        member.restart();
        assertThat(member.status().path("coldStart").path("outcome").asText()).isEqualTo("skipped");
        put(member, "after/" + step.id(), "written there");
    }

    /** Writes more than the log of the member has in common with what the others keep of theirs. */
    private static Map<String, String> writeAndPurge(String step) throws Exception {
        ServerProcess leader = group.awaitLeader();
        long missed = leader.status().path("logEnd").asLong();
        var written = new TreeMap<String, String>();
        for (int number = 0; number < VALUES; number++) {
            String text = step + " " + number + ";";
            written.put("key/" + number, text.repeat(VALUE_CHARS / text.length()));
            put(leader, "key/" + number, written.get("key/" + number));
        }
        new Skipstone(leader)
                .run(
                        "compact",
                        "--at",
                        "rev:" + leader.status().path("revision").asLong());
        for (ServerProcess other : group.others(member)) {
            new Skipstone(other).run("pin");
            await().atMost(SOON).until(() -> other.status().path("logStart").asLong() > missed + 1);
        }
        return written;
    }

    private static void bringToHalt(Failpoint step) throws IOException {
        if (PassedBy.of(step) == PassedBy.AN_ADOPTION) {
            // Two stores are there, of which the next start has to choose.
            haltAt(Failpoint.INSTALL_PUBLISHED);
        }
        haltAt(step);
    }

    private static void haltAt(Failpoint step) throws IOException {
        var settings = new HashMap<>(group.settings(member));
        settings.put("SKIPSTONE_FAILPOINTS", step.id() + "=halt");
        member.launchAgain(settings);
        assertThat(member.awaitExit()).as(member.log()).isEqualTo(Failpoints.HALTED);
    }

    /**
     * What all three hold at one position. After a read the leader may still raise the ceiling of the clock, and an entry that one node
     * has applied when it is frozen and another has not is no difference.
     */
    private static List<StoppedStore> awaitOnePosition() {
        return await().atMost(SOON)
                .until(
                        InstallFailpointIT::lookAtAll,
                        stores -> stores.stream()
                                        .map(StoppedStore::applied)
                                        .distinct()
                                        .count()
                                == 1);
    }

    /** They stand still while their stores are copied: a copy is what kill -9 would leave. */
    private static List<StoppedStore> lookAtAll() throws IOException {
        try {
            for (ServerProcess server : group.servers()) {
                server.freeze();
            }
            return group.servers().stream().map(InstallFailpointIT::look).toList();
        } finally {
            for (ServerProcess server : group.servers()) {
                server.wake();
            }
        }
    }

    private static StoppedStore look(ServerProcess server) {
        Path copy = dir.resolve("copy");
        try {
            Directories.delete(copy);
            copy(server.dataDir().resolve("store"), copy.resolve("store"));
            return StoppedStore.read(copy, dir.resolve("native"))
                    .orElseThrow(() -> new AssertionError(server.dataDir() + " does not know where it stands"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static Map<String, String> read(Map<String, String> keys) throws Exception {
        var found = new TreeMap<String, String>();
        for (String key : keys.keySet()) {
            var request = HttpRequest.newBuilder(uri(member, key)).build();
            found.put(key, HTTP.send(request, BodyHandlers.ofString()).body());
        }
        return found;
    }

    private static void put(ServerProcess server, String key, String value) throws Exception {
        var request = HttpRequest.newBuilder(uri(server, key))
                .PUT(BodyPublishers.ofString(value))
                .build();
        var answer = HTTP.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static URI uri(ServerProcess server, String key) {
        return URI.create(server.endpoint() + "/v1/kv/" + key);
    }
}
