package io.skipstone.k8s;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The address of a service: a connection goes to one of the endpoints there are when it is made, and stays there whatever becomes of
 * them. What the endpoint does to the connection, the client feels: nothing is hidden or repeated here.
 */
final class ServiceProxy implements Closeable {
    private final ServerSocket listener;
    private final Endpoints endpoints;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    ServiceProxy(Endpoints endpoints) throws IOException {
        this.endpoints = endpoints;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                threads.execute(() -> connect(client));
            } catch (SocketException closed) {
                return;
            } catch (IOException failure) {
                throw new IllegalStateException("the proxy cannot accept", failure);
            }
        }
    }

    private void connect(Socket client) {
        var server = new Socket();
        open.add(server);
        try {
            server.connect(endpoints.pick());
            server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
        } catch (IOException | IllegalStateException refused) {
            hangUp(client, server);
            return;
        }
        threads.execute(() -> pump(client, server));
        pump(server, client);
    }

    /** Until one of the two ends it; then the other end is ended as well, after what was under way. */
    private void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            in.transferTo(to.getOutputStream());
            to.shutdownOutput();
            if (from.isOutputShutdown()) {
                hangUp(from, to);
            }
        } catch (IOException cut) {
            hangUp(from, to);
        }
    }

    private void hangUp(Socket one, Socket other) {
        for (Socket socket : new Socket[] {one, other}) {
            open.remove(socket);
            try {
                socket.close();
            } catch (IOException failure) {
                throw new IllegalStateException("a socket cannot be closed", failure);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
