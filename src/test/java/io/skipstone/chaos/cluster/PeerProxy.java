package io.skipstone.chaos.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/**
 * Stands in front of one node's peer port. All nodes are told this address, so that their lists of peers are the same; who calls is known
 * by the process that opened the connection, and decides over which line it goes.
 */
final class PeerProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int BACKLOG = 100;

    private final ServerSocket door;
    private final int target;
    private final Function<Socket, Optional<Line>> lines;
    private final ExecutorService threads;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * @param lines which line a caller has; none for a stranger
     */
    PeerProxy(int port, int target, Function<Socket, Optional<Line>> lines, ExecutorService threads)
            throws IOException {
        this.door = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        this.target = target;
        this.lines = lines;
        this.threads = threads;
        threads.execute(this::acceptAll);
    }

    private void acceptAll() {
        while (!door.isClosed()) {
            try {
                Socket caller = door.accept();
                threads.execute(() -> serve(caller));
            } catch (IOException closed) {
                if (!door.isClosed()) {
                    throw new IllegalStateException("the proxy cannot accept", closed);
                }
            }
        }
    }

    private void serve(Socket caller) {
        Optional<Line> line = lines.apply(caller);
        if (line.isEmpty()) {
            closeQuietly(caller);
            return;
        }
        try {
            if (line.get().carry()) {
                connect(caller, line.get());
            } else {
                closeQuietly(caller);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            closeQuietly(caller);
        }
    }

    private void connect(Socket caller, Line line) {
        try {
            // The node may be down: then the caller is hung up on, as a kernel would do.
            var callee = new Socket(InetAddress.getLoopbackAddress(), target);
            caller.setTcpNoDelay(true);
            callee.setTcpNoDelay(true);
            open.add(caller);
            open.add(callee);
            line.add(caller);
            line.add(callee);
            threads.execute(() -> pump(callee, caller, line));
            pump(caller, callee, line);
        } catch (IOException nobodyListens) {
            closeQuietly(caller);
        }
    }

    private void pump(Socket from, Socket to, Line line) {
        var buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0 && line.carry(); read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        } catch (IOException hungUp) {
            // One end is gone; the other is told below.
            closeQuietly(from);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            for (Socket end : new Socket[] {from, to}) {
                closeQuietly(end);
                line.remove(end);
                open.remove(end);
            }
        }
    }

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            throw new IllegalStateException("a socket cannot be closed", alreadyGone);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        open.forEach(PeerProxy::closeQuietly);
    }
}
