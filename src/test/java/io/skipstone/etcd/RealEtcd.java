package io.skipstone.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.process.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The etcd that is installed on this machine, as one or more processes on free ports. */
final class RealEtcd implements EtcdServers {
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(20);
    private static final int CONNECT_MILLIS = 500;

    private final Path dir;
    private final List<Ports> ports = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    private RealEtcd(Path dir) {
        this.dir = dir;
    }

    static boolean isInstalled() {
        return Programs.isInstalled("etcd");
    }

    /** Starts as many as one cluster, and waits until there is a leader and each listens. */
    static RealEtcd start(Path dir, int count) throws IOException {
        var servers = new RealEtcd(dir);
        try {
            for (int number = 0; number < count; number++) {
                servers.ports.add(Ports.free());
            }
            for (int number = 0; number < count; number++) {
                servers.processes.add(servers.launch(number));
            }
            servers.awaitServing();
            return servers;
        } catch (IOException | RuntimeException | Error failure) {
            servers.close();
            throw failure;
        }
    }

    private Process launch(int number) throws IOException {
        String name = name(number);
        String client = "http://127.0.0.1:" + ports.get(number).client();
        String peer = peer(number);
        String cluster = IntStream.range(0, ports.size())
                .mapToObj(each -> name(each) + "=" + peer(each))
                .collect(Collectors.joining(","));
        return new ProcessBuilder(
                        "etcd",
                        "--name=" + name,
                        "--data-dir=" + dir.resolve(name),
                        "--listen-client-urls=" + client,
                        "--advertise-client-urls=" + client,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=" + cluster)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        dir.resolve(name + ".log").toFile()))
                .start();
    }

    private static String name(int number) {
        return "n" + (number + 1);
    }

    private String peer(int number) {
        return "http://127.0.0.1:" + ports.get(number).peer();
    }

    private void awaitServing() {
        await().atMost(SOON).until(() -> ports.stream().allMatch(RealEtcd::listens));
        awaitLeader();
    }

    private static boolean listens(Ports at) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), at.client()), CONNECT_MILLIS);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public List<String> endpoints() {
        return ports.stream().map(each -> "127.0.0.1:" + each.client()).toList();
    }

    @Override
    public void kill(int number) {
        Process process = processes.get(number);
        process.destroyForcibly();
        try {
            assertThat(process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS))
                    .as("etcd ends within %s", ENDS_WITHIN)
                    .isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for etcd to end", stopped);
        }
    }

    @Override
    public void restart(int number) throws IOException {
        processes.set(number, launch(number));
        awaitServing();
    }

    @Override
    public void close() {
        for (int number = 0; number < processes.size(); number++) {
            kill(number);
        }
    }
}
