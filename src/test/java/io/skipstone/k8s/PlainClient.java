package io.skipstone.k8s;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An HTTP/1.1 client of one connection, which it keeps open until it is asked to close it. It repeats nothing, not even what libraries
 * repeat unasked: a connection that ends under a request is a failed request.
 */
final class PlainClient implements Closeable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final InetSocketAddress address;
    private Socket socket;
    private InputStream in;
    private int connections;

    PlainClient(InetSocketAddress address) {
        this.address = address;
    }

    record Answer(int status, String body) {}

    /** How many connections it took so far. */
    int connections() {
        return connections;
    }

    Answer send(String method, String path, String body) throws IOException {
        try {
            connect();
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            String head = method + " " + path + " HTTP/1.1\r\nHost: skipstone\r\nContent-Length: " + bytes.length
                    + "\r\n\r\n";
            var request = (head + body).getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream().write(request);
            return receive();
        } catch (IOException failure) {
            close();
            throw failure;
        }
    }

    private void connect() throws IOException {
        if (socket == null) {
            socket = new Socket();
            socket.connect(address, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
            connections++;
        }
    }

    private Answer receive() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        int length = 0;
        boolean lastOne = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(
                        lower.substring("content-length:".length()).strip());
            }
            lastOne |= lower.startsWith("connection:") && lower.contains("close");
        }
        var body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        if (lastOne) {
            close();
        }
        return new Answer(status, body);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended instead of an answer");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
