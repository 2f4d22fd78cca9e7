package io.skipstone.consensus;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.util.CodeInjectionForTesting;

/**
 * A network in this JVM that can be cut: what Raft says to a member that is cut off, or hears from it, ends in an error. One at a time,
 * for all groups of the JVM.
 */
final class Partition implements AutoCloseable {
    private static final List<String> MESSAGES = List.of(
            "RaftServerImpl.requestVote",
            "RaftServerImpl.appendEntries",
            "RaftServerImpl.installSnapshot",
            "RaftServerImpl.startLeaderElection");

    private final Set<String> cutOff = ConcurrentHashMap.newKeySet();

    Partition() {
        MESSAGES.forEach(message -> CodeInjectionForTesting.put(message, this::deliver));
    }

    /** From now on nobody hears this member, and it hears nobody. */
    void cutOff(String member) {
        cutOff.add(member);
    }

    /** Everybody hears everybody again. */
    void heal() {
        cutOff.clear();
    }

    @Override
    public void close() {
        MESSAGES.forEach(CodeInjectionForTesting::remove);
    }

    private boolean deliver(Object to, Object from, Object... message) {
        if (cutOff.contains(String.valueOf(to)) || cutOff.contains(String.valueOf(from))) {
            throw new IllegalStateException("the network is cut between " + from + " and " + to);
        }
        return false;
    }
}
