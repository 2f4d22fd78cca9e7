package io.skipstone.consensus;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.util.CodeInjectionForTesting;

/**
 * A network in this JVM that can be cut: what Raft says to a member that is cut off, or hears from it, ends in an error. One at a time,
 * for all groups of the JVM.
 */
final class Partition implements AutoCloseable {
    private static final String HAND_OVER = "RaftServerImpl.startLeaderElection";
    private static final List<String> MESSAGES =
            List.of("RaftServerImpl.requestVote", "RaftServerImpl.appendEntries", "RaftServerImpl.installSnapshot");

    private final Set<String> cutOff = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean cutsAtHandOver = new AtomicBoolean();

    Partition() {
        MESSAGES.forEach(message -> CodeInjectionForTesting.put(message, this::deliver));
        CodeInjectionForTesting.put(HAND_OVER, this::handOver);
    }

    /** The next leader that tells another member to take over is cut off when that one has heard it. */
    void cutOffAtHandOver() {
        cutsAtHandOver.set(true);
    }

    /**
     * From now on nobody hears this member, and it hears nobody.
     *
     * @param member its name, without the incarnation that a Raft peer id ends with
     */
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
        CodeInjectionForTesting.remove(HAND_OVER);
    }

    private boolean deliver(Object to, Object from, Object... message) {
        if (cutOff.contains(name(to)) || cutOff.contains(name(from))) {
            throw new IllegalStateException("the network is cut between " + from + " and " + to);
        }
        return false;
    }

    private boolean handOver(Object to, Object from, Object... message) {
        deliver(to, from, message);
        if (cutsAtHandOver.compareAndSet(true, false)) {
            cutOff(name(from));
        }
        return false;
    }

    private static String name(Object peer) {
        String id = String.valueOf(peer);
        int dot = id.indexOf('.');
        return dot < 0 ? id : id.substring(0, dot);
    }
}
