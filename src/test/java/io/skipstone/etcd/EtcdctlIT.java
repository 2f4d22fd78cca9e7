package io.skipstone.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.etcd.Programs.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What etcd's own command line does with Skipstone. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EtcdctlIT {
    private static void awaitPrinted(Running program, String text) {
        await().atMost(EtcdServers.SOON)
                .untilAsserted(() -> assertThat(program.printed()).contains(text));
    }

    private static String leaseOf(String granted) {
        return granted.split(" ", 3)[1];
    }

    @Nested
    class OneNode {
        @TempDir
        private static Path dir;

        private static EtcdServers servers;
        private static Etcdctl etcdctl;

        @BeforeAll
        static void start() throws IOException {
            Etcdctl.assumeInstalled();
            servers = EtcdServers.one(dir);
            etcdctl = new Etcdctl(servers.all());
        }

        @AfterAll
        static void stop() throws IOException {
            if (servers != null) {
                servers.close();
            }
        }

        @Test
        void putsGetsAndDeletes() throws IOException {
            assertThat(etcdctl.run("put", "kv/a", "1")).isEqualTo("OK\n");
            assertThat(etcdctl.typed("2", "put", "kv/b")).isEqualTo("OK\n");
            assertThat(etcdctl.run("put", "--prev-kv", "kv/a", "3")).isEqualTo("OK\nkv/a\n1\n");
            assertThat(etcdctl.run("put", "--ignore-value", "--prev-kv", "kv/a"))
                    .isEqualTo("OK\nkv/a\n3\n");
            assertThat(etcdctl.run("put", "kv/c", "0")).isEqualTo("OK\n");
            assertThat(etcdctl.refused("put", "--ignore-value", "kv/none")).contains("etcdserver: key not found");
            assertThat(etcdctl.refused("put", "--lease=77", "kv/a", "x"))
                    .contains("etcdserver: requested lease not found");

            assertThat(etcdctl.run("get", "kv/a")).isEqualTo("kv/a\n3\n");
            assertThat(etcdctl.run("get", "kv/none")).isEmpty();
            assertThat(etcdctl.run("get", "--prefix", "kv/")).isEqualTo("kv/a\n3\nkv/b\n2\nkv/c\n0\n");
            assertThat(etcdctl.run("get", "kv/a", "kv/c")).isEqualTo("kv/a\n3\nkv/b\n2\n");
            assertThat(etcdctl.run("get", "--from-key", "--limit=2", "kv/b")).isEqualTo("kv/b\n2\nkv/c\n0\n");
            assertThat(etcdctl.run("get", "--prefix", "--keys-only", "--order=DESCEND", "kv/"))
                    .isEqualTo("kv/c\n\nkv/b\n\nkv/a\n\n");
            assertThat(etcdctl.run("get", "--prefix", "--print-value-only", "--sort-by=VALUE", "kv/"))
                    .isEqualTo("0\n2\n3\n");
            assertThat(etcdctl.run(
                            "get", "--prefix", "--print-value-only", "--sort-by=VERSION", "--order=DESCEND", "kv/"))
                    .isEqualTo("3\n2\n0\n");
            assertThat(etcdctl.run("get", "--prefix", "--print-value-only", "--sort-by=MODIFY", "kv/"))
                    .isEqualTo("2\n3\n0\n");
            assertThat(etcdctl.run("get", "--consistency=s", "--hex", "kv/b"))
                    .isEqualTo("\\x6b\\x76\\x2f\\x62\n\\x32\n");
            JsonNode fields = etcdctl.json("get", "kv/a");
            assertThat(fields.path("kvs").path(0).path("version").asLong()).isEqualTo(3);
            long created = fields.path("kvs").path(0).path("create_revision").asLong();
            assertThat(etcdctl.run("get", "--rev=" + created, "--prefix", "kv/"))
                    .isEqualTo("kv/a\n1\n");
            assertThat(etcdctl.run("get", "-w", "fields", "kv/a")).contains("\"Version\" : 3", "\"Count\" : 1");

            assertThat(etcdctl.run("del", "--prev-kv", "kv/a")).isEqualTo("1\nkv/a\n3\n");
            assertThat(etcdctl.run("del", "kv/a")).isEqualTo("0\n");
            assertThat(etcdctl.run("del", "kv/b", "kv/c")).isEqualTo("1\n");
            assertThat(etcdctl.run("del", "--prefix", "kv/")).isEqualTo("1\n");
        }

        @Test
        void transactions() {
            etcdctl.run("put", "txn/a", "1");
            String requests = """
                value("txn/a") = "1"
                version("txn/none") = "0"

                put txn/b "two words"
                get --prefix txn/
                del txn/a --prev-kv

                put txn/c 1

                """;

            assertThat(etcdctl.typed(requests, "txn"))
                    .isEqualTo("SUCCESS\n\nOK\n\ntxn/a\n1\ntxn/b\ntwo words\n\n1\ntxn/a\n1\n");
            assertThat(etcdctl.typed(requests, "txn", "--interactive"))
                    .startsWith("compares:\n")
                    .contains("FAILURE\n\nOK\n");
            assertThat(etcdctl.run("get", "--prefix", "txn/")).isEqualTo("txn/b\ntwo words\ntxn/c\n1\n");
            assertThat(Programs.run(
                                    List.of("etcdctl", "--endpoints=" + etcdctl.endpoints(), "txn"),
                                    "\nput txn/d 1\nput txn/d 2\n\n\n",
                                    EtcdServers.SOON)
                            .err())
                    .contains("etcdserver: duplicate key given in txn request");
        }

        @Test
        void watches() throws IOException {
            etcdctl.run("put", "watch/a", "1");
            long first = etcdctl.json("get", "watch/a")
                    .path("kvs")
                    .path(0)
                    .path("mod_revision")
                    .asLong();
            try (var past = etcdctl.start("watch", "--prefix", "--prev-kv", "--rev=" + first, "watch/");
                    var command = etcdctl.start(
                            "watch",
                            "--rev=" + first,
                            "watch/a",
                            "--",
                            "sh",
                            "-c",
                            "echo $ETCD_WATCH_EVENT_TYPE,$ETCD_WATCH_VALUE");
                    var typed = etcdctl.start("watch", "--interactive")) {
                typed.type("watch --rev=" + first + " watch/b\n");
                typed.type("progress\n");
                etcdctl.run("put", "watch/a", "2");
                etcdctl.run("put", "watch/b", "3");
                etcdctl.run("del", "watch/a");

                awaitPrinted(past, """
                    PUT
                    watch/a
                    1
                    PUT
                    watch/a
                    1
                    watch/a
                    2
                    PUT
                    watch/b
                    3
                    DELETE
                    watch/a
                    2
                    watch/a

                    """);
                awaitPrinted(command, "\"PUT\",\"2\"");
                awaitPrinted(typed, "PUT\nwatch/b\n3\n");
            }
        }

        @Test
        void leases() throws IOException {
            String granted = etcdctl.run("lease", "grant", "600");
            String lease = leaseOf(granted);
            assertThat(granted).isEqualTo("lease " + lease + " granted with TTL(600s)\n");
            etcdctl.run("put", "--lease=" + lease, "lease/a", "1");
            etcdctl.run("put", "--ignore-lease", "lease/a", "2");
            etcdctl.run("put", "--lease=" + lease, "lease/b", "3");

            assertThat(etcdctl.run("lease", "keep-alive", "--once", lease))
                    .isEqualTo("lease " + lease + " keepalived with TTL(600)\n");
            assertThat(etcdctl.run("lease", "timetolive", lease))
                    .matches("lease " + lease + " granted with TTL\\(600s\\), remaining\\(\\d+s\\)\n");
            assertThat(etcdctl.run("lease", "timetolive", "--keys", lease))
                    .contains("attached keys([")
                    .contains("lease/a", "lease/b");
            assertThat(etcdctl.run("lease", "list")).startsWith("found ").contains(lease);
            assertThat(etcdctl.run("lease", "revoke", lease)).isEqualTo("lease " + lease + " revoked\n");
            assertThat(etcdctl.run("get", "--prefix", "lease/")).isEmpty();
            assertThat(etcdctl.refused("lease", "revoke", lease)).contains("etcdserver: requested lease not found");
            assertThat(etcdctl.run("lease", "timetolive", lease)).isEqualTo("lease " + lease + " already expired\n");
            assertThat(etcdctl.refused("lease", "keep-alive", "--once", lease))
                    .contains("etcdserver: requested lease not found");

            String brief = leaseOf(etcdctl.run("lease", "grant", "2"));
            String leased = etcdctl.json("put", "--lease=" + brief, "lease/brief", "x")
                    .path("header")
                    .path("revision")
                    .asText();
            try (var watch = etcdctl.start("watch", "--rev=" + leased, "lease/brief")) {
                awaitPrinted(watch, "DELETE\nlease/brief\n");
            }
        }

        @Test
        void compactsTheHistory() throws IOException {
            etcdctl.run("put", "compact/a", "1");
            long revision = etcdctl.json("put", "compact/a", "2")
                    .path("header")
                    .path("revision")
                    .asLong();

            assertThat(etcdctl.run("compaction", "--physical", Long.toString(revision)))
                    .isEqualTo("compacted revision " + revision + "\n");
            assertThat(etcdctl.refused("get", "--rev=" + (revision - 1), "compact/a"))
                    .contains("etcdserver: mvcc: required revision has been compacted");
            assertThat(etcdctl.run("get", "--rev=" + revision, "compact/a")).isEqualTo("compact/a\n2\n");
            assertThat(etcdctl.refused("compaction", Long.toString(revision)))
                    .contains("etcdserver: mvcc: required revision has been compacted");
            assertThat(etcdctl.refused("compaction", Long.toString(revision + 100_000)))
                    .contains("etcdserver: mvcc: required revision is a future revision");
            // Says it and ends well, as it does with etcd.
            assertThat(etcdctl.attempt("watch", "--rev=1", "compact/a").err())
                    .contains("etcdserver: mvcc: required revision has been compacted");
        }

        @Test
        void maintenance() throws IOException {
            etcdctl.run("put", "maintenance/a", "1");
            JsonNode status = etcdctl.json("endpoint", "status").path(0).path("Status");
            assertThat(status.path("leader").asText())
                    .isEqualTo(status.path("header").path("member_id").asText())
                    .isNotEqualTo("0");
            assertThat(status.path("version").asText()).startsWith("3.");
            assertThat(status.path("dbSize").asLong()).isPositive();
            assertThat(status.path("raftAppliedIndex").asLong()).isPositive();
            assertThat(etcdctl.run("endpoint", "status", "-w", "table")).contains(etcdctl.endpoints(), "true");
            var health = etcdctl.attempt("endpoint", "health");
            assertThat(health.exitCode()).as(health.err()).isZero();
            assertThat(health.out() + health.err()).contains(etcdctl.endpoints() + " is healthy");
            assertThat(etcdctl.json("endpoint", "hashkv")
                            .path(0)
                            .path("HashKV")
                            .path("hash")
                            .asLong())
                    .isNotZero();
            JsonNode member = etcdctl.json("member", "list").path("members").path(0);
            assertThat(member.path("ID").asText())
                    .isEqualTo(status.path("leader").asText());
            assertThat(member.path("name").asText()).isEqualTo("n1");
            assertThat(member.path("clientURLs").path(0).asText()).contains(etcdctl.endpoints());
            assertThat(etcdctl.run("alarm", "list")).isEmpty();
            assertThat(etcdctl.attempt("defrag").exitCode()).isZero();
            Path snapshot = dir.resolve("saved.db");
            etcdctl.run("snapshot", "save", snapshot.toString());
            assertThat(Files.size(snapshot)).isGreaterThan(1000);
        }

        @Test
        void mirrors() throws IOException {
            etcdctl.run("put", "mirror/a", "1");
            try (var _ =
                    etcdctl.start("make-mirror", "--prefix=mirror/", "--dest-prefix=mirrored/", servers.endpoint(0))) {
                awaitValue("mirrored/a", "mirrored/a\n1\n");
                etcdctl.run("put", "mirror/b", "2");
                awaitValue("mirrored/b", "mirrored/b\n2\n");
                etcdctl.run("del", "mirror/a");
                awaitValue("mirrored/a", "");
            }
        }

        private static void awaitValue(String key, String printed) {
            await().atMost(EtcdServers.SOON)
                    .untilAsserted(() -> assertThat(etcdctl.run("get", key)).isEqualTo(printed));
        }

        @Test
        void locksAndElects() throws IOException {
            assertThat(etcdctl.run("lock", "locks/a", "--", "sh", "-c", "echo $ETCD_LOCK_KEY"))
                    .startsWith("locks/a/");
            try (var first = etcdctl.start("lock", "locks/b");
                    var second = etcdctl.start("lock", "locks/b")) {
                await().atMost(EtcdServers.SOON)
                        .until(() ->
                                !first.printed().isEmpty() || !second.printed().isEmpty());
                Running holder = first.printed().isEmpty() ? second : first;
                Running waiter = holder == first ? second : first;
                await().atMost(EtcdServers.SOON)
                        .until(() -> etcdctl.run("get", "--prefix", "--keys-only", "locks/b/")
                                        .lines()
                                        .filter(line -> !line.isEmpty())
                                        .count()
                                == 2);
                assertThat(waiter.printed()).isEmpty();
                holder.interrupt();
                awaitPrinted(waiter, "locks/b/");
            }
            try (var candidate = etcdctl.start("elect", "elections/a", "alice")) {
                awaitPrinted(candidate, "elections/a/");
                awaitPrinted(candidate, "alice");
                try (var listener = etcdctl.start("elect", "--listen", "elections/a")) {
                    awaitPrinted(listener, "alice");
                }
            }
        }

        /** Always takes a minute. */
        @Test
        @Tag("slow")
        void checksItsPerformance() {
            assertThat(etcdctl.attempt("check", "perf", "--load=s").out()).contains("Throughput");
        }
    }

    @Nested
    class ThreeNodes {
        @TempDir
        private static Path dir;

        private static EtcdServers servers;
        private static Etcdctl etcdctl;

        @BeforeAll
        static void start() throws IOException {
            Etcdctl.assumeInstalled();
            servers = EtcdServers.three(dir);
            etcdctl = new Etcdctl(servers.all());
        }

        @AfterAll
        static void stop() throws IOException {
            if (servers != null) {
                servers.close();
            }
        }

        @Test
        void goOnWithoutTheirLeader() throws IOException {
            int leader = servers.awaitLeader();
            String lease = leaseOf(etcdctl.run("lease", "grant", "20"));
            etcdctl.run("put", "--lease=" + lease, "leased", "here");
            try (var watch = etcdctl.start("watch", "--prefix", "--rev=1", "failover/");
                    var keepAlive = etcdctl.start("lease", "keep-alive", lease);
                    var lock = etcdctl.start("lock", "--ttl=20", "failover-lock")) {
                etcdctl.run("put", "failover/a", "before");
                awaitPrinted(watch, "failover/a\nbefore\n");
                awaitPrinted(keepAlive, "keepalived");
                awaitPrinted(lock, "failover-lock/");

                servers.kill(leader);
                servers.awaitLeader();
                int told = keepAlive.printed().length();
                await().atMost(EtcdServers.SOON)
                        .until(() ->
                                etcdctl.attempt("put", "failover/b", "after").exitCode() == 0);

                awaitPrinted(watch, "failover/b\nafter\n");
                assertThat(etcdctl.run("get", "--prefix", "failover/"))
                        .isEqualTo("failover/a\nbefore\nfailover/b\nafter\n");
                await().atMost(EtcdServers.SOON).until(() -> keepAlive.printed().length() > told);
                assertThat(etcdctl.run("get", "leased")).isEqualTo("leased\nhere\n");
                assertThat(etcdctl.run("get", "--prefix", "--keys-only", "failover-lock/"))
                        .isNotEmpty();
                assertThat(watch.printed().split("failover/a\nbefore\n", -1)).hasSize(2);
                assertThat(etcdctl.run("lease", "revoke", lease)).contains("revoked");
            } finally {
                servers.restart(leader);
            }
            sayTheSame();
            handOver();
        }

        private static void sayTheSame() {
            await().atMost(EtcdServers.SOON).untilAsserted(() -> {
                JsonNode hashes = etcdctl.json("endpoint", "hashkv");
                assertThat(hashes.valueStream()
                                .map(each -> each.path("HashKV").path("hash").asLong()))
                        .hasSize(3)
                        .containsOnly(hashes.path(0).path("HashKV").path("hash").asLong());
            });
            assertThat(etcdctl.attempt("endpoint", "health", "--cluster").exitCode())
                    .isZero();
            assertThat(etcdctl.run("member", "list").lines())
                    .hasSize(3)
                    .allMatch(line -> line.contains("started") && line.endsWith("false"));
        }

        private static void handOver() throws IOException {
            int leader = servers.awaitLeader();
            var leading = new Etcdctl(servers.endpoint(leader));
            String target = Stream.of(0, 1, 2)
                    .filter(number -> number != leader)
                    .map(number -> new Etcdctl(servers.endpoint(number)))
                    .map(each -> each.run("endpoint", "status").split(", ", 3)[1])
                    .findFirst()
                    .orElseThrow();

            assertThat(leading.run("move-leader", target)).startsWith("Leadership transferred from ");
            await().atMost(EtcdServers.SOON).untilAsserted(() -> assertThat(leading.json("endpoint", "status")
                            .path(0)
                            .path("Status")
                            .path("leader")
                            .asText())
                    .isEqualTo(Long.toUnsignedString(Long.parseUnsignedLong(target, 16))));
        }
    }
}
