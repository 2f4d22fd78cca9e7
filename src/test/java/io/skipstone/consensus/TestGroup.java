package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.skipstone.model.Consistency;
import io.skipstone.model.Founder;
import io.skipstone.model.GroupOrigin;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.MemberId;
import io.skipstone.model.NodeStatus.Role;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.ReadAt;
import io.skipstone.process.Ports;
import io.skipstone.store.SortedMapStore;
import io.skipstone.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/** Several nodes of one group in this process, each with a store of its own that outlives it. */
final class TestGroup implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path temp;
    private final GroupOrigin.Founded origin;
    private final Map<String, Founder> known = new ConcurrentSkipListMap<>();
    private final Map<String, Store> stores = new ConcurrentSkipListMap<>();
    private final Map<String, TestNode> running = new ConcurrentSkipListMap<>();
    private final UnaryOperator<TestNode.Setup> with;

    private TestGroup(Path temp, int size, UnaryOperator<TestNode.Setup> with) throws IOException {
        this.temp = temp;
        this.with = with;
        var founders = new ArrayList<Founder>();
        for (int i = 1; i <= size; i++) {
            founders.add(newcomer("n" + i));
        }
        origin = GroupOrigin.Founded.by(founders);
    }

    static TestGroup of(Path temp, int size) throws IOException {
        return of(temp, size, setup -> setup);
    }

    static TestGroup of(Path temp, int size, UnaryOperator<TestNode.Setup> with) throws IOException {
        var group = new TestGroup(temp, size, with);
        for (Founder founder : group.origin.founders()) {
            group.start(founder.id().nodeId());
        }
        return group;
    }

    /** A node with a name, a directory and an address of its own; not started. */
    Founder newcomer(String nodeId) throws IOException {
        var founder = new Founder(
                new MemberId(nodeId, MemberId.newIncarnation()),
                new PeerAddress(nodeId, "127.0.0.1", Ports.free().peer()));
        known.put(nodeId, founder);
        stores.put(nodeId, new SortedMapStore());
        return founder;
    }

    /** The node comes back at its address with an empty directory, and waits to be added. */
    TestNode startWithoutItsDisk(String nodeId) throws IOException {
        var before = known.get(nodeId);
        known.put(nodeId, new Founder(new MemberId(nodeId, MemberId.newIncarnation()), before.address()));
        stores.put(nodeId, new SortedMapStore());
        return startJoiner(nodeId);
    }

    TestNode start(String nodeId) throws IOException {
        return start(nodeId, origin);
    }

    /** One that waits to be added. */
    TestNode startJoiner(String nodeId) throws IOException {
        return start(nodeId, new GroupOrigin.Joined(origin.groupId()));
    }

    private TestNode start(String nodeId, GroupOrigin how) throws IOException {
        Founder self = known.get(nodeId);
        var setup = TestNode.over(temp.resolve(self.id().toString()), stores.get(nodeId))
                .member(self, how);
        TestNode node = with.apply(setup).start();
        running.put(nodeId, node);
        return node;
    }

    void stop(String nodeId) {
        running.remove(nodeId).close();
    }

    TestNode node(String nodeId) {
        return running.get(nodeId);
    }

    UUID groupId() {
        return origin.groupId();
    }

    List<PeerAddress> addresses() {
        return origin.founders().stream().map(Founder::address).toList();
    }

    PeerAddress addressOf(TestNode node) {
        return addressOf(node.status().nodeId());
    }

    PeerAddress addressOf(String nodeId) {
        return known.get(nodeId).address();
    }

    MemberId memberId(String nodeId) {
        return known.get(nodeId).id();
    }

    List<TestNode> nodes() {
        return List.copyOf(running.values());
    }

    TestGroup awaitReady() {
        nodes().forEach(TestNode::awaitReady);
        return this;
    }

    TestNode awaitLeader() {
        return await().atMost(PATIENCE).until(this::leader, Optional::isPresent).orElseThrow();
    }

    private Optional<TestNode> leader() {
        return nodes().stream()
                .filter(node ->
                        node.status().role() == Role.LEADER && node.status().isReady())
                .findFirst();
    }

    TestNode follower() {
        awaitLeader();
        return nodes().stream()
                .filter(node -> node.status().role() == Role.FOLLOWER)
                .findFirst()
                .orElseThrow();
    }

    /** A member that has just come back may not answer in time; what is refused says to repeat. */
    void handOver(String to) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            TestNode leader = awaitLeader();
            if (!leader.status().nodeId().equals(to)) {
                result(leader.raft().cluster().transferLeadership(Optional.of(to)));
            }
            return awaitLeader().status().nodeId().equals(to);
        });
    }

    /** Names of the others that were in the group when it began. */
    List<String> others(TestNode node) {
        return origin.founders().stream()
                .map(founder -> founder.id().nodeId())
                .filter(nodeId -> !nodeId.equals(node.status().nodeId()))
                .toList();
    }

    /** Stops all but one that does not lead, when that one has a value under {@code key}. */
    TestNode aloneWithoutALead() throws Exception {
        awaitLeader().put("key", "before").get(20, SECONDS);
        TestNode follower = follower();
        await().atMost(PATIENCE).until(() -> get(follower, "key").isPresent());
        for (String other : others(follower)) {
            stop(other);
        }
        return follower;
    }

    static Optional<String> get(TestNode node, String key) {
        return result(node.raft().reader().get(Key.utf8(key), ReadAt.LATEST, Consistency.LINEARIZABLE))
                .value()
                .map(KeyValue::value)
                .map(bytes -> new String(bytes.array(), StandardCharsets.UTF_8));
    }

    static <T> T result(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(60, SECONDS);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    @Override
    public void close() {
        nodes().forEach(TestNode::close);
    }
}
