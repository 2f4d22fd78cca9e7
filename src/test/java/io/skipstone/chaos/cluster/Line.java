package io.skipstone.chaos.cluster;

import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The way from one node to another: all connections that the first has opened to the second. Any thread. */
final class Line {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private State state = State.OPEN;
    private long delayMillis;

    /** What becomes of what is sent. */
    enum State {
        OPEN,
        /** Nothing comes through and nobody is told, as when packets are dropped; it comes through later. */
        SILENT,
        /** Connections end, new ones end at once. */
        CUT
    }

    void set(State next, long nextDelayMillis) {
        lock.lock();
        try {
            state = next;
            delayMillis = nextDelayMillis;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (next == State.CUT) {
            connections.forEach(PeerProxy::closeQuietly);
        }
    }

    /** Both ends of a connection that is to end with the line. */
    void add(Socket socket) {
        connections.add(socket);
    }

    void remove(Socket socket) {
        connections.remove(socket);
    }

    /**
     * Waits as long as a piece of data is on its way.
     *
     * @return whether it arrives
     */
    boolean carry() throws InterruptedException {
        lock.lock();
        try {
            while (state == State.SILENT) {
                changed.await();
            }
            long nanos = TimeUnit.MILLISECONDS.toNanos(delayMillis);
            while (nanos > 0 && state == State.OPEN) {
                nanos = changed.awaitNanos(nanos);
            }
            while (state == State.SILENT) {
                changed.await();
            }
            return state != State.CUT;
        } finally {
            lock.unlock();
        }
    }
}
