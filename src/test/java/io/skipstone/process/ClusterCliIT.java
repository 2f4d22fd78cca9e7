package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.cli.CliRun;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.etcd.Etcdctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does with a group of three, through any of its nodes. Each test leaves three voters behind. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ClusterCliIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    /** Else etcdctl waits 5 s for an answer. */
    private static final String PATIENT = "--command-timeout=30s";

    private static final Map<String, String> THREE_VOTERS = Map.of("n1", "voter", "n2", "voter", "n3", "voter");

    @TempDir
    private static Path dir;

    private static NodeGroup group;

    @BeforeAll
    static void start() throws IOException {
        group = NodeGroup.start(dir, 3);
    }

    @AfterAll
    static void stop() throws IOException {
        if (group != null) {
            group.close();
        }
    }

    /** A node of the group that does not lead. */
    private static ServerProcess follower() throws IOException {
        String leader = group.leader();
        return Stream.of("n1", "n2", "n3")
                .filter(nodeId -> !nodeId.equals(leader))
                .findFirst()
                .map(group::node)
                .orElseThrow();
    }

    @Nested
    class AnyNode {
        @Test
        void answersAnyRequest() throws IOException {
            for (ServerProcess writer : group.nodes()) {
                String value = "by-" + writer.ports().client();
                new Skipstone(writer).run("put", "shared", value);
                for (ServerProcess reader : group.nodes()) {
                    assertThat(new Skipstone(reader).run("get", "shared")).isEqualTo(value);
                }
            }
            for (ServerProcess node : group.nodes()) {
                assertThat(new Skipstone(node).run("cluster", "members")).contains("n1", "n2", "n3", "leader");
                assertThat(new Skipstone(node).status().path("members")).hasSize(3);
            }
        }

        @Test
        void refusesWhatTheLeaderRefuses() throws IOException {
            var through = new Skipstone(follower());

            CliRun unknown = through.attempt("cluster", "promote", "n9");
            CliRun voter = through.attempt("cluster", "promote", "n1");
            CliRun known = through.attempt("cluster", "add", "n1=127.0.0.1:1");

            assertThat(unknown.err()).contains("404 member_unknown");
            assertThat(voter.err()).contains("400 not_a_learner");
            assertThat(known.err()).contains("409 member_exists");
            assertThat(unknown.exitCode()).isEqualTo(CliFailure.REFUSED);
            assertThat(group.roles()).isEqualTo(THREE_VOTERS);
        }
    }

    @Nested
    class TheLead {
        @Test
        void goesToWhoIsNamedAskedThroughAnyNode() throws IOException {
            ServerProcess asked = follower();
            String to = new Skipstone(asked).status().path("nodeId").asText();

            new Skipstone(asked).run("cluster", "transfer-leader", to);

            await().atMost(SOON).untilAsserted(() -> assertThat(group.leader()).isEqualTo(to));
            group.run("put", "after-the-handover", "1");
        }

        @Test
        void isGivenUpByTheNodeThatHasItAndByNoOther() throws IOException {
            String leader = group.leader();

            assertThat(new Skipstone(follower()).attempt("cluster", "step-down").err())
                    .contains("it does not lead, nothing changed");
            assertThat(group.leader()).isEqualTo(leader);

            CliRun steppedDown = new Skipstone(group.node(leader)).attempt("cluster", "step-down");
            assertThat(steppedDown.err()).contains("stepped down");
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(group.leader()).isNotEqualTo(leader).isNotEmpty());
        }
    }

    @Nested
    class AMember {
        @Test
        void comesAndGoes() throws IOException {
            group.run("put", "before-n4", "1");
            ServerProcess joiner = group.launchNew("n4");
            var through = new Skipstone(follower());

            // The joiner has just been started, and machines may be busy.
            through.run("cluster", "add", group.member("n4"), "--wait", "--patience-seconds", "60");
            assertThat(group.roles()).containsEntry("n4", "learner");
            through.run("cluster", "promote", "n4");
            assertThat(group.roles()).containsEntry("n4", "voter");
            joiner.awaitReady();
            assertThat(new Skipstone(joiner).run("get", "before-n4")).isEqualTo("1");

            through.run("cluster", "remove", "n4", "--yes");
            assertThat(group.roles()).isEqualTo(THREE_VOTERS);
            group.forget("n4");
            group.run("put", "after-n4", "1");
        }

        @Test
        void comesAndGoesOverEtcdsApi() throws IOException {
            Etcdctl.assumeInstalled();
            ServerProcess joiner = group.launchNew("n5");
            var etcdctl = new Etcdctl("127.0.0.1:" + follower().ports().client());
            String url = "--peer-urls=http://n5@127.0.0.1:" + joiner.ports().peer();

            // The joiner has just been started.
            awaitPrinted(" added to cluster ", () -> etcdctl.attempt("member", "add", "n5", "--learner", url, PATIENT));
            assertThat(listed(etcdctl, "n5")).endsWith(", true");
            String id = listed(etcdctl, "n5").split(",", 2)[0];
            awaitPrinted(
                    "Member " + id + " promoted in cluster ", () -> etcdctl.attempt("member", "promote", id, PATIENT));
            assertThat(listed(etcdctl, "n5")).contains(", started, n5, ").endsWith(", false");
            assertThat(group.roles()).containsEntry("n5", "voter");

            assertThat(etcdctl.run("member", "remove", id)).startsWith("Member " + id + " removed from cluster ");
            assertThat(etcdctl.run("member", "list").lines()).hasSize(3);
            assertThat(group.roles()).isEqualTo(THREE_VOTERS);
            group.forget("n5");
        }

        @Test
        void staysOverEtcdsApiWhereItMustAndIsToldWhy() throws IOException {
            Etcdctl.assumeInstalled();
            ServerProcess silent = follower();
            ServerProcess leader = group.node(group.leader());
            var etcdctl = new Etcdctl("127.0.0.1:" + leader.ports().client());
            String other = Stream.of("n1", "n2", "n3")
                    .filter(nodeId -> group.node(nodeId) != silent && group.node(nodeId) != leader)
                    .map(nodeId -> listed(etcdctl, nodeId).split(",", 2)[0])
                    .findFirst()
                    .orElseThrow();

            assertThat(etcdctl.refused("member", "remove", "1234")).contains("etcdserver: member not found");
            assertThat(etcdctl.refused("member", "promote", "1234")).contains("etcdserver: member not found");
            assertThat(etcdctl.refused("member", "promote", other))
                    .contains("etcdserver: can only promote a learner member");
            silent.freeze();
            try {
                assertThat(etcdctl.refused("member", "remove", other, PATIENT))
                        .contains("etcdserver: re-configuration failed due to not enough started members");
            } finally {
                silent.wake();
            }
            assertThat(group.roles()).isEqualTo(THREE_VOTERS);
        }

        private static void awaitPrinted(String text, Supplier<CliRun> command) {
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                CliRun run = command.get();
                assertThat(run.out()).as(run.err()).contains(text);
            });
        }

        /** Its line in the list of members. */
        private static String listed(Etcdctl etcdctl, String nodeId) {
            return etcdctl.run("member", "list")
                    .lines()
                    .filter(line -> line.contains(", " + nodeId + ", "))
                    .findFirst()
                    .orElseThrow();
        }

        @Test
        void thatIsDeadIsReplacedAsTheOperationsPageSays() throws IOException {
            group.run("put", "before-the-loss", "1");
            String lost = incarnation("n3");
            group.node("n3").kill();
            delete(group.node("n3").dataDir());

            // Its place in the group is not taken by an empty directory.
            group.node("n3").launchAgain(group.settings("n3"));
            group.run("put", "without-n3", "1");
            assertThat(group.roles()).isEqualTo(THREE_VOTERS);

            group.run("cluster", "remove", "n3", "--yes");
            group.run("cluster", "add", group.member("n3"), "--wait", "--patience-seconds", "60");
            group.run("cluster", "promote", "n3");

            assertThat(group.roles()).isEqualTo(THREE_VOTERS);
            assertThat(incarnation("n3")).isNotEqualTo(lost);
            group.node("n3").awaitReady();
            assertThat(new Skipstone(group.node("n3")).run("get", "before-the-loss"))
                    .isEqualTo("1");
            assertThat(new Skipstone(group.node("n3")).run("get", "without-n3")).isEqualTo("1");
        }
    }

    @Nested
    class ACommandThatKnowsAllNodes {
        @Test
        void goesOnWhenTheLeaderIsKilled() throws IOException {
            ServerProcess leader = group.node(group.leader());

            leader.kill();

            group.run("put", "after-the-kill", "1");
            assertThat(group.run("get", "after-the-kill")).isEqualTo("1");
            leader.restart();
            assertThat(new Skipstone(leader).run("get", "after-the-kill")).isEqualTo("1");
        }
    }

    private static String incarnation(String nodeId) throws IOException {
        return group.members()
                .path("members")
                .valueStream()
                .filter(member -> member.path("nodeId").asText().equals(nodeId))
                .map(member -> member.path("incarnation").asText())
                .findFirst()
                .orElseThrow();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
