package io.skipstone.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.cli.Cli;
import io.skipstone.cli.CliRun;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.ScriptedNode;
import io.skipstone.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterCommandTest {
    private static final String MEMBERS = "GET /v1/cluster/members";
    private static final String ADD = "POST /v1/cluster/members";
    private static final String PROMOTE = "POST /v1/cluster/members/n4/promote";
    private static final String REMOVE = "DELETE /v1/cluster/members/n3";

    private ScriptedNode node;

    @BeforeEach
    void start() throws IOException {
        node = new ScriptedNode();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private CliRun cluster(String... words) {
        return CliRun.of(line(words));
    }

    private String[] line(String... words) {
        return Stream.of(
                        Stream.of("cluster"),
                        Stream.of(words),
                        Stream.of("--endpoint", node.endpoint(), "--patience-seconds", "5"))
                .flatMap(part -> part)
                .toArray(String[]::new);
    }

    /** Three voters, and n4, which learns and has the log up to there. */
    private static String group(long matched) {
        return """
                {"groupId":"00000000-0000-0001-0000-000000000002","term":7,"logEnd":9000,"settled":true,"leader":"n2","members":[
                 {"nodeId":"n1","incarnation":"0000000000000001","address":"host1:2380","role":"voter","leader":false,
                  "matched":9000,"silentMillis":80},
                 {"nodeId":"n2","incarnation":"0000000000000002","address":"host2:2380","role":"voter","leader":true,
                  "matched":9000,"silentMillis":0,"client":"host2:2379"},
                 {"nodeId":"n3","incarnation":"0000000000000003","address":"host3:2380","role":"voter","leader":false,
                  "matched":7000,"silentMillis":42100},
                 {"nodeId":"n4","incarnation":"0000000000000004","address":"host4:2380","role":"learner","leader":false,
                  "matched":%d,"silentMillis":10}]}
                """.formatted(matched);
    }

    @Nested
    class Members {
        @Test
        void areATable() {
            node.on(MEMBERS, 200, group(8999));

            var run = cluster("members");

            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).isEqualToNormalizingNewlines("""
                    NODE  ROLE     ADDRESS     BEHIND  SILENT  CLIENT      INCARNATION
                    n1    voter    host1:2380  0                           0000000000000001
                    n2    leader   host2:2380  0               host2:2379  0000000000000002
                    n3    voter    host3:2380  2,000   42 s                0000000000000003
                    n4    learner  host4:2380  1                           0000000000000004
                    group 00000000-0000-0001-0000-000000000002, term 7, log end 9000
                    """);
        }

        @Test
        void areTheJsonOfTheNodeForPrograms() throws IOException {
            node.on(MEMBERS, 200, group(8999));

            var run = cluster("members", "--json");

            assertThat(Json.parse(run.out().getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(Json.parse(group(8999).getBytes(StandardCharsets.UTF_8)));
        }

        @Test
        void sayWhatTheNodeDoesNotKnow() {
            node.on(MEMBERS, 200, """
                    {"groupId":"g","term":7,"logEnd":9,"settled":false,"members":[
                     {"nodeId":"n1","incarnation":"0000000000000001","address":"host1:2380","role":"voter","leader":false}]}
                    """);

            var run = cluster("members");

            assertThat(run.out()).contains("?").contains("no leader is known").contains("half done");
        }
    }

    @Nested
    class Add {
        @Test
        void sendsTheMemberAndTellsWhatComesNext() {
            node.on(ADD, 200, group(0));

            var run = cluster("add", "n4=host4:2380");

            assertThat(run.exitCode()).isZero();
            assertThat(node.asked()).containsExactly(ADD + " {\"member\":\"n4=host4:2380\"}");
            assertThat(run.err()).contains("n4 is a learner now", "cluster promote n4");
            assertThat(run.out()).contains("n4    learner");
        }

        @Test
        void waitsForANodeThatDoesNotAnswerYet() {
            node.refuse(ADD, 503, "joiner_silent", true).on(ADD, 200, group(0));

            assertThat(cluster("add", "n4=host4:2380").exitCode()).isZero();
            assertThat(node.asked()).hasSize(2);
        }

        @Test
        void waitsUntilTheMemberHasTheLogWhenAskedTo() {
            node.on(ADD, 200, group(0))
                    .on(MEMBERS, 200, group(0))
                    .on(MEMBERS, 200, group(8999))
                    .on(MEMBERS, 200, group(9000));

            var run = cluster("add", "n4=host4:2380", "--wait");

            assertThat(run.exitCode()).isZero();
            assertThat(node.asked()).hasSize(4);
            assertThat(run.err()).contains("n4 has caught up with the log, up to 9000");
        }

        @Test
        void givesUpTheWaitInTimeAndSaysHowFarItCame() {
            node.on(ADD, 200, group(0)).on(MEMBERS, 200, group(8999));

            var run = cluster("add", "n4=host4:2380", "--wait", "--wait-seconds", "1");

            assertThat(run.exitCode()).isEqualTo(CliFailure.REFUSED);
            assertThat(run.err()).contains("n4 has not caught up after 1 s: it has the log up to 8999 of 9000");
        }
    }

    @Nested
    class Promote {
        @Test
        void repeatsWhileTheLearnerIsBehind() {
            node.refuse(PROMOTE, 503, "learner_behind", true).on(PROMOTE, 200, group(9000));

            var run = cluster("promote", "n4");

            assertThat(run.exitCode()).isZero();
            assertThat(run.err()).contains("n4 votes now");
        }

        @Test
        void tellsWhatTheNodeSaysWhenPatienceEnds() {
            node.refuse(PROMOTE, 503, "learner_behind", true);

            var run = CliRun.of("cluster", "promote", "n4", "--endpoint", node.endpoint(), "--patience-seconds", "0");

            assertThat(run.exitCode()).isEqualTo(CliFailure.REFUSED);
            assertThat(run.err()).contains("learner_behind").contains("because of");
        }
    }

    @Nested
    class AChangeWhoseOutcomeIsUnknown {
        @Test
        void isNotRepeated() {
            node.refuse(PROMOTE, 504, "outcome_unknown", false).on(PROMOTE, 200, group(9000));

            var run = cluster("promote", "n4");

            assertThat(run.exitCode()).isEqualTo(CliFailure.REFUSED);
            assertThat(node.asked()).containsExactly(PROMOTE);
        }

        @Test
        void isNotRepeatedAfterABrokenConnectionEither() {
            node.hangUpOn(PROMOTE).on(PROMOTE, 200, group(9000));

            var run = cluster("promote", "n4");

            assertThat(run.exitCode()).isEqualTo(CliFailure.UNREACHABLE);
            assertThat(run.err()).contains("may or may not have taken effect");
        }
    }

    @Nested
    class Remove {
        private record Asked(int exitCode, String err) {}

        private Asked atATerminal(String typed, String... words) {
            var err = new ByteArrayOutputStream();
            var terminal = new Terminal(
                    new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                    new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    true);
            return new Asked(Cli.run(terminal, line(words)), err.toString(StandardCharsets.UTF_8));
        }

        @ParameterizedTest
        @ValueSource(strings = {"y\n", "yes\n", "Y\r\n", "YES"})
        void asksAPersonAndTakesAClearYes(String typed) {
            node.on(MEMBERS, 200, group(9000)).on(REMOVE, 200, group(9000));

            var asked = atATerminal(typed, "remove", "n3");

            assertThat(asked.exitCode()).as(asked.err()).isZero();
            assertThat(asked.err()).contains("Remove n3 (voter at host3:2380) for good? [y/N]");
            assertThat(node.asked()).containsExactly(MEMBERS, REMOVE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "\n", "n\n", "yn\n", "n3\n"})
        void takesEverythingElseAsNo(String typed) {
            node.on(MEMBERS, 200, group(9000));

            var asked = atATerminal(typed, "remove", "n3");

            assertThat(asked.exitCode()).isEqualTo(CliFailure.REFUSED);
            assertThat(asked.err()).contains("nothing changed");
            assertThat(node.asked()).containsExactly(MEMBERS);
        }

        @Test
        void doesNotAskWhenToldTo() {
            node.on(REMOVE, 200, group(9000));

            assertThat(cluster("remove", "n3", "--yes").exitCode()).isZero();
            assertThat(node.asked()).containsExactly(REMOVE);
        }

        @Test
        void needsToBeToldWhereNobodyCanBeAsked() {
            var run = cluster("remove", "n3");

            assertThat(run.exitCode()).isEqualTo(CliFailure.USAGE);
            assertThat(run.err()).contains("--yes");
            assertThat(node.asked()).isEmpty();
        }
    }

    @Nested
    class TheLead {
        @Test
        void isHandedToWhoIsNamed() {
            node.on("POST /v1/cluster/transfer-leader", 200, group(9000));

            var run = cluster("transfer-leader", "n2");

            assertThat(node.asked()).containsExactly("POST /v1/cluster/transfer-leader {\"to\":\"n2\"}");
            assertThat(run.err()).contains("n2 leads now");
        }

        @Test
        void isHandedToAnyoneWhenNobodyIsNamed() {
            node.on("POST /v1/cluster/transfer-leader", 200, group(9000));

            assertThat(cluster("transfer-leader").exitCode()).isZero();
            assertThat(node.asked()).containsExactly("POST /v1/cluster/transfer-leader {}");
        }

        @Test
        void isGivenUpByTheNodeThatIsAskedIfItHasIt() {
            node.on("POST /v1/cluster/step-down", 200, "{\"ledBefore\":true,\"leader\":\"n2\",\"members\":[]}")
                    .on("POST /v1/cluster/step-down", 200, "{\"ledBefore\":false,\"leader\":\"n2\",\"members\":[]}");

            assertThat(cluster("step-down").err()).contains("stepped down; n2 leads");
            assertThat(cluster("step-down").err()).contains("does not lead, nothing changed; n2 leads");
        }
    }

    @Nested
    class Status {
        private CliRun status(String... more) {
            return CliRun.of(Stream.concat(Stream.of("status", "--endpoint", node.endpoint()), Stream.of(more))
                    .toArray(String[]::new));
        }

        @Test
        void showsTheMembersBelow() throws IOException {
            node.on("GET /v1/status", 200, "{\"nodeId\":\"n1\",\"role\":\"follower\",\"leader\":\"n2\"}")
                    .on(MEMBERS, 200, group(9000));

            assertThat(status().out()).contains("follower").contains("n2    leader");
            var json = Json.parse(status("--json").out().getBytes(StandardCharsets.UTF_8));
            assertThat(json.path("role").asText()).isEqualTo("follower");
            assertThat(json.path("members")).hasSize(4);
        }

        @Test
        void isThereAlsoWhenNobodyCanTellTheMembers() throws IOException {
            node.on("GET /v1/status", 200, "{\"nodeId\":\"n1\",\"phase\":\"starting\"}")
                    .refuse(MEMBERS, 503, "not_ready", true);

            assertThat(status().exitCode()).isZero();
            assertThat(status().out()).contains("starting").contains("members: because of not_ready");
            assertThat(Json.parse(status("--json").out().getBytes(StandardCharsets.UTF_8))
                            .has("members"))
                    .isFalse();
        }
    }
}
