package io.skipstone.api.rest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** HTTP/1.1 by hand, for requests that no proper client would send. */
final class RawHttp {
    private static final int READ_TIMEOUT_MILLIS = 30_000;

    private RawHttp() {}

    static Socket connect(URI node) throws IOException {
        var socket = new Socket(node.getHost(), node.getPort());
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        return socket;
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** Sends one request and reads the status of its answer. */
    static int status(URI node, String requestLine, String header, String body) throws IOException {
        try (Socket socket = connect(node)) {
            write(socket, requestLine + "\r\nHost: node\r\n" + header + "\r\n\r\n" + body);
            return readStatus(socket);
        }
    }

    /** The status of the next answer; -1 when the connection ends without one. */
    static int readStatus(Socket socket) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        String line = reader.readLine();
        return line == null ? -1 : Integer.parseInt(line.substring(9, 12));
    }
}
