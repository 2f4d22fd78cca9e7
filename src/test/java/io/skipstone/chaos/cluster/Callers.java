package io.skipstone.chaos.cluster;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the process at the other end of a connection over the loopback interface, from what Linux says of its sockets. */
final class Callers {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int INODE = 9;

    private Callers() {}

    /** Whether this machine can tell. */
    static boolean canBeTold() {
        return Files.isReadable(TABLES.getFirst());
    }

    /**
     * Whether that process has opened the connection.
     *
     * @param accepted this end of it
     */
    static boolean isFrom(Socket accepted, long pid) throws IOException {
        Optional<String> inode = inode(accepted.getPort(), accepted.getLocalPort());
        return inode.isPresent() && holds(pid, "socket:[" + inode.get() + "]");
    }

    private static Optional<String> inode(int localPort, int remotePort) throws IOException {
        String local = hex(localPort);
        String remote = hex(remotePort);
        for (Path table : TABLES) {
            try (Stream<String> lines = Files.lines(table)) {
                Optional<String> found = lines.map(line -> line.strip().split("\\s+"))
                        .filter(fields -> fields[LOCAL].endsWith(local) && fields[REMOTE].endsWith(remote))
                        .map(fields -> fields[INODE])
                        .findFirst();
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static String hex(int port) {
        return String.format(Locale.ROOT, ":%04X", port);
    }

    private static boolean holds(long pid, String socket) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path file : files) {
                if (isLinkTo(file, socket)) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException ended) {
            return false;
        }
    }

    private static boolean isLinkTo(Path file, String target) throws IOException {
        try {
            return Files.readSymbolicLink(file).toString().equals(target);
        } catch (NoSuchFileException closed) {
            return false;
        }
    }
}
