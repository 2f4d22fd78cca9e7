package io.skipstone.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Election;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.election.CampaignResponse;
import io.etcd.jetcd.election.LeaderResponse;
import io.etcd.jetcd.election.NoLeaderException;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What etcd's client for Java, as others use it, does with Skipstone. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class JetcdIT {
    private static final long TTL_SECONDS = 20;

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, UTF_8);
    }

    private static <T> T of(CompletableFuture<T> answer) throws Exception {
        return answer.get(EtcdServers.SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private static Client client(EtcdServers servers) {
        return Client.builder()
                .endpoints(servers.endpoints().stream()
                        .map(endpoint -> "http://" + endpoint)
                        .toArray(String[]::new))
                .connectTimeout(Duration.ofSeconds(2))
                .waitForReady(true)
                .build();
    }

    private static String text(ByteSequence bytes) {
        return bytes.toString(UTF_8);
    }

    private static List<String> rows(List<KeyValue> rows) {
        return rows.stream()
                .map(row -> text(row.getKey()) + "=" + text(row.getValue()))
                .toList();
    }

    /** Events of a prefix as text, and how often it failed. */
    private record Seen(List<String> events, AtomicInteger failures, Watch.Watcher watcher) implements AutoCloseable {
        static Seen from(Client client, String prefix, long revision) {
            var events = new CopyOnWriteArrayList<String>();
            var failures = new AtomicInteger();
            var option = WatchOption.builder()
                    .isPrefix(true)
                    .withRevision(revision)
                    .withPrevKV(true)
                    .build();
            var watcher = client.getWatchClient()
                    .watch(
                            bytes(prefix),
                            option,
                            response -> response.getEvents()
                                    .forEach(event -> events.add(event.getEventType() + " "
                                            + text(event.getKeyValue().getKey()) + "="
                                            + text(event.getKeyValue().getValue()) + " was "
                                            + text(event.getPrevKV().getValue()))),
                            _ -> failures.incrementAndGet());
            return new Seen(events, failures, watcher);
        }

        @Override
        public void close() {
            watcher.close();
        }
    }

    /** Keeps a lease alive for as long as the test runs, and counts the answers. */
    private static StreamObserver<LeaseKeepAliveResponse> counting(AtomicInteger answers) {
        return new StreamObserver<>() {
            @Override
            public void onNext(LeaseKeepAliveResponse response) {
                answers.incrementAndGet();
            }

            /** It also says that a connection is lost, and goes on. */
            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {}
        };
    }

    @Nested
    class OneNode {
        @TempDir
        private static Path dir;

        private static EtcdServers servers;
        private static Client client;

        @BeforeAll
        static void start() throws IOException {
            servers = EtcdServers.one(dir);
            client = client(servers);
        }

        @AfterAll
        static void stop() throws IOException {
            if (client != null) {
                client.close();
            }
            if (servers != null) {
                servers.close();
            }
        }

        @Test
        void keysAndValues() throws Exception {
            var kv = client.getKVClient();
            long first = of(kv.put(bytes("kv/a"), bytes("1"))).getHeader().getRevision();
            of(kv.put(bytes("kv/b"), bytes("2")));
            var replaced = of(kv.put(
                    bytes("kv/a"), bytes("3"), PutOption.builder().withPrevKV().build()));

            assertThat(text(replaced.getPrevKv().getValue())).isEqualTo("1");
            var prefix = GetOption.builder()
                    .isPrefix(true)
                    .withSortField(GetOption.SortTarget.MOD)
                    .withSortOrder(GetOption.SortOrder.DESCEND)
                    .build();
            assertThat(rows(of(kv.get(bytes("kv/"), prefix)).getKvs())).containsExactly("kv/a=3", "kv/b=2");
            var past = GetOption.builder().withRevision(first).build();
            assertThat(rows(of(kv.get(bytes("kv/a"), past)).getKvs())).containsExactly("kv/a=1");
            var firstRow = GetOption.builder().isPrefix(true).withLimit(1).build();
            assertThat(of(kv.get(bytes("kv/"), firstRow)))
                    .returns(2L, response -> response.getCount())
                    .returns(true, response -> response.isMore());
            var all = DeleteOption.builder().isPrefix(true).withPrevKV(true).build();
            assertThat(rows(of(kv.delete(bytes("kv/"), all)).getPrevKvs())).containsExactly("kv/a=3", "kv/b=2");
        }

        @Test
        void transactions() throws Exception {
            var kv = client.getKVClient();
            of(kv.put(bytes("txn/a"), bytes("1")));

            TxnResponse done = of(kv.txn()
                    .If(new Cmp(bytes("txn/a"), Cmp.Op.EQUAL, CmpTarget.value(bytes("1"))))
                    .Then(
                            Op.put(bytes("txn/b"), bytes("2"), PutOption.DEFAULT),
                            Op.txn(
                                    new Cmp[] {new Cmp(bytes("txn/c"), Cmp.Op.EQUAL, CmpTarget.version(0))},
                                    new Op[] {Op.get(bytes("txn/b"), GetOption.DEFAULT)},
                                    new Op[] {}))
                    .Else(Op.delete(bytes("txn/a"), DeleteOption.DEFAULT))
                    .commit());

            assertThat(done.isSucceeded()).isTrue();
            assertThat(done.getPutResponses()).hasSize(1);
            assertThat(rows(done.getTxnResponses()
                            .getFirst()
                            .getGetResponses()
                            .getFirst()
                            .getKvs()))
                    .containsExactly("txn/b=2");
            assertThatThrownBy(() -> of(kv.txn()
                            .Then(
                                    Op.put(bytes("txn/d"), bytes("1"), PutOption.DEFAULT),
                                    Op.put(bytes("txn/d"), bytes("2"), PutOption.DEFAULT))
                            .commit()))
                    .hasMessageContaining("duplicate key given in txn request");
        }

        @Test
        void watches() throws Exception {
            var kv = client.getKVClient();
            long first = of(kv.put(bytes("watch/a"), bytes("1"))).getHeader().getRevision();
            try (Seen seen = Seen.from(client, "watch/", first)) {
                of(kv.put(bytes("watch/a"), bytes("2")));
                of(kv.delete(bytes("watch/a")));

                await().atMost(EtcdServers.SOON).untilAsserted(() -> assertThat(seen.events())
                        .containsExactly("PUT watch/a=1 was ", "PUT watch/a=2 was 1", "DELETE watch/a= was 2"));
                assertThat(seen.failures()).hasValue(0);
            }
        }

        @Test
        void leases() throws Exception {
            var lease = client.getLeaseClient();
            long id = of(lease.grant(TTL_SECONDS)).getID();
            of(client.getKVClient()
                    .put(
                            bytes("lease/a"),
                            bytes("1"),
                            PutOption.builder().withLeaseId(id).build()));

            assertThat(of(lease.keepAliveOnce(id)).getTTL()).isEqualTo(TTL_SECONDS);
            var ttl = of(lease.timeToLive(
                    id, LeaseOption.builder().withAttachedKeys().build()));
            assertThat(ttl.getGrantedTTL()).isEqualTo(TTL_SECONDS);
            assertThat(ttl.getKeys()).containsExactly(bytes("lease/a"));
            of(lease.revoke(id));
            assertThat(of(client.getKVClient().get(bytes("lease/a"))).getCount())
                    .isZero();
            assertThatThrownBy(() -> of(lease.revoke(id))).hasMessageContaining("requested lease not found");
        }

        @Test
        void locks() throws Exception {
            var lock = client.getLockClient();
            long first = of(client.getLeaseClient().grant(TTL_SECONDS)).getID();
            long second = of(client.getLeaseClient().grant(TTL_SECONDS)).getID();
            ByteSequence held = of(lock.lock(bytes("locks/a"), first)).getKey();
            var waiting = lock.lock(bytes("locks/a"), second);

            await().atMost(EtcdServers.SOON)
                    .until(() -> of(client.getKVClient()
                                            .get(
                                                    bytes("locks/a"),
                                                    GetOption.builder()
                                                            .isPrefix(true)
                                                            .build()))
                                    .getCount()
                            == 2);
            assertThat(waiting).isNotDone();
            of(lock.unlock(held));
            assertThat(text(of(waiting).getKey())).startsWith("locks/a/");
            of(client.getLeaseClient().revoke(second));
        }

        @Test
        void elections() throws Exception {
            Election election = client.getElectionClient();
            ByteSequence name = bytes("elections/a");
            assertThatThrownBy(() -> of(election.leader(name))).hasRootCauseInstanceOf(NoLeaderException.class);
            var observed = new CopyOnWriteArrayList<String>();
            election.observe(name, new Election.Listener() {
                @Override
                public void onNext(LeaderResponse response) {
                    observed.add(text(response.getKv().getValue()));
                }

                @Override
                public void onError(Throwable failure) {
                    observed.add(failure.toString());
                }

                @Override
                public void onCompleted() {
                    observed.add("over");
                }
            });
            long lease = of(client.getLeaseClient().grant(TTL_SECONDS)).getID();
            long rival = of(client.getLeaseClient().grant(TTL_SECONDS)).getID();
            CampaignResponse won = of(election.campaign(name, lease, bytes("alice")));
            var waiting = election.campaign(name, rival, bytes("bob"));
            assertThat(text(of(election.leader(name)).getKv().getValue())).isEqualTo("alice");
            of(election.proclaim(won.getLeader(), bytes("alice again")));
            await().atMost(EtcdServers.SOON).until(() -> observed.contains("alice again"));
            assertThat(waiting).isNotDone();
            of(election.resign(won.getLeader()));
            of(waiting);
            await().atMost(EtcdServers.SOON).until(() -> observed.contains("bob"));
            assertThat(observed).doesNotContain("over").startsWith("alice");
        }
    }

    @Nested
    class ThreeNodes {
        @TempDir
        private static Path dir;

        @Test
        void goOnWithoutTheirLeader() throws Exception {
            try (EtcdServers servers = EtcdServers.three(dir);
                    Client client = client(servers)) {
                int leader = servers.awaitLeader();
                var kv = client.getKVClient();
                long lease = of(client.getLeaseClient().grant(TTL_SECONDS)).getID();
                var answers = new AtomicInteger();
                var option = PutOption.builder().withLeaseId(lease).build();
                long first = of(kv.put(bytes("failover/0"), bytes("leased"), option))
                        .getHeader()
                        .getRevision();
                ByteSequence held =
                        of(client.getLockClient().lock(bytes("locks"), lease)).getKey();
                try (var _ = client.getLeaseClient().keepAlive(lease, counting(answers));
                        Seen seen = Seen.from(client, "failover/", first)) {
                    await().atMost(EtcdServers.SOON).until(() -> answers.get() > 0);

                    servers.kill(leader);

                    await().atMost(EtcdServers.SOON).ignoreExceptions().until(() -> {
                        kv.put(bytes("failover/1"), bytes("after")).get(5, TimeUnit.SECONDS);
                        return true;
                    });
                    int told = answers.get();
                    await().atMost(EtcdServers.SOON).until(() -> answers.get() > told);
                    await().atMost(EtcdServers.SOON).until(() -> seen.events().contains("PUT failover/1=after was "));
                    // A watcher on the node that was killed is told that its connection is lost, and goes on elsewhere.
                    assertThat(seen.events())
                            .startsWith("PUT failover/0=leased was ")
                            .doesNotHaveDuplicates();
                    assertThat(of(kv.get(bytes("failover/0")))
                                    .getKvs()
                                    .getFirst()
                                    .getLease())
                            .isEqualTo(lease);
                    assertThat(of(kv.get(held)).getCount()).isOne();
                    of(client.getLockClient().unlock(held));
                    assertThat(of(kv.txn()
                                            .If(new Cmp(
                                                    bytes("failover/1"), Cmp.Op.EQUAL, CmpTarget.value(bytes("after"))))
                                            .Then(Op.delete(bytes("failover/1"), DeleteOption.DEFAULT))
                                            .commit())
                                    .isSucceeded())
                            .isTrue();
                }
            }
        }
    }
}
