import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Records the JDK's AOT cache (JEP 483, 514, 515) of a node: what it loads, links and compiles on its way to the first answers.
 *
 * <p>{@code java native-build/Train.java CACHE COMMAND...}, where COMMAND starts this program in the very way in which the cache will be
 * used: same JDK, same jars at the same place, same flags. Three nodes form a group, are written to and killed; the start that is recorded
 * is that of one of them, with the two others: it finds a store and a log, as most starts do, takes part in an election, serves over REST
 * and gRPC, leads and not, and stops. A node that is alone in its group does less, and nothing else.
 */
final class Train {
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);

    /** At its end the JVM starts another one, which writes the cache. */
    private static final Duration ENDED_WITHIN = Duration.ofMinutes(5);

    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 100;
    private static final int ROUNDS = 50;

    private final Path cache;
    private final List<String> command;
    private final Path dir;
    private final List<Process> started = new ArrayList<>();
    private final List<Node> nodes =
            Stream.of("n1", "n2", "n3").map(Node::onFreePorts).toList();

    /** The one whose start is recorded, and which all requests go to. */
    private final Node node = nodes.getFirst();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWERED_WITHIN)
            .build();

    /** Its first request moves its connection to HTTP/2. */
    private final HttpClient http2 =
            HttpClient.newBuilder().connectTimeout(ANSWERED_WITHIN).build();

    private record Node(String name, int clientPort, int managementPort, int peerPort) {
        static Node onFreePorts(String name) {
            return new Node(name, freePort(), freePort(), freePort());
        }
    }

    private Train(Path cache, List<String> command) throws IOException {
        this.cache = cache;
        this.command = List.copyOf(command);
        this.dir = Files.createTempDirectory("skipstone-train-");
    }

    public static void main(String... args) throws Exception {
        if (args.length < 2) {
            throw new IllegalArgumentException("java Train.java CACHE COMMAND...");
        }
        new Train(Path.of(args[0]).toAbsolutePath(), List.of(args).subList(1, args.length)).record();
    }

    private void record() throws Exception {
        try {
            Process first = startAll("");
            awaitReady(first);
            serve();
            killAll();
            Process recorded = startAll("-XX:AOTCacheOutput=" + cache);
            awaitReady(recorded);
            serve();
            lead();
            serve();
            follow();
            serve();
            stop(recorded);
        } catch (IOException | IllegalStateException failure) {
            for (Node each : nodes) {
                System.err.print(Files.readString(log(each)));
            }
            throw failure;
        } finally {
            killAll();
            delete();
        }
        System.out.println("recorded " + cache + ", " + (Files.size(cache) >> 20) + " MiB");
    }

    private Path log(Node of) {
        return dir.resolve(of.name + ".log");
    }

    /** Starts all three, the one that is asked with an option for the JVM, and hands that one back. */
    private Process startAll(String option) throws IOException {
        Process asked = start(node, option);
        for (Node other : nodes.subList(1, nodes.size())) {
            start(other, "");
        }
        return asked;
    }

    private void killAll() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
        started.clear();
    }

    private Process start(Node which, String option) throws IOException {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(
                "run",
                "--node-id=" + which.name,
                "--data-dir=" + dir.resolve(which.name),
                "--client.port=" + which.clientPort,
                "--management.port=" + which.managementPort,
                "--peer.port=" + which.peerPort,
                "--peers="
                        + nodes.stream()
                                .map(each -> each.name + "=127.0.0.1:" + each.peerPort)
                                .collect(Collectors.joining(","))));
        var builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(which).toFile()));
        if (!option.isEmpty()) {
            builder.environment().put("JAVA_TOOL_OPTIONS", option);
        }
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private void serve() throws IOException, InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            overRest("key/" + round);
            overGrpc("key/" + round);
        }
        expect(send("GET", node.managementPort, "/q/metrics", ""));
        expect(send("POST", node.clientPort, "/v1/pin", ""));
    }

    /** Refused while the node lags behind, or while another change is under way. */
    private void lead() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (send("POST", node.clientPort, "/v1/cluster/transfer-leader", "{\"to\": \"" + node.name + "\"}")
                        .statusCode()
                != 200) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the node was not given the lead");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private void follow() throws IOException, InterruptedException {
        expect(send("POST", node.clientPort, "/v1/cluster/step-down", ""));
    }

    private void awaitReady(Process process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the node has not become ready; what it said is above");
            }
            process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return send("GET", node.managementPort, "/q/health/ready", "").statusCode() == 200;
        } catch (IOException notListeningYet) {
            return false;
        }
    }

    private void overRest(String key) throws IOException, InterruptedException {
        expect(send("PUT", node.clientPort, "/v1/kv/" + key, "value"));
        expect(send("GET", node.clientPort, "/v1/kv/" + key, ""));
        expect(send("GET", node.clientPort, "/v1/kv?prefix=key/", ""));
        expect(send(
                "POST",
                node.clientPort,
                "/v1/txn",
                "{\"compare\":[{\"key\":\"" + key + "\",\"target\":\"version\",\"relation\":\">\",\"version\":0}],"
                        + "\"then\":[{\"put\":{\"key\":\"other\",\"value\":\"1\"}}],\"else\":[]}"));
    }

    private HttpResponse<byte[]> send(String method, int port, String path, String body)
            throws IOException, InterruptedException {
        var content = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        return http.send(
                request(port, path).method(method, content).build(),
                BodyHandlers.ofByteArray());
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(ANSWERED_WITHIN);
    }

    private static void expect(HttpResponse<byte[]> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.request().uri() + ": " + answer.statusCode() + " "
                    + new String(answer.body(), StandardCharsets.UTF_8));
        }
    }

    /** Over HTTP/2 a call is a POST. */
    private void overGrpc(String key) throws IOException, InterruptedException {
        expect(http2.send(request(node.clientPort, "/v1/status").build(), BodyHandlers.ofByteArray()));
        byte[] keyField = field(1, key);
        byte[] valueField = field(2, "value");
        call("Put", ByteBuffer.allocate(keyField.length + valueField.length).put(keyField).put(valueField));
        call("Get", ByteBuffer.wrap(keyField).position(keyField.length));
    }

    /** A short protobuf field of bytes. */
    private static byte[] field(int number, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + bytes.length)
                .put((byte) (number << 3 | 2))
                .put((byte) bytes.length)
                .put(bytes)
                .array();
    }

    private void call(String method, ByteBuffer message) throws IOException, InterruptedException {
        ByteBuffer framed = ByteBuffer.allocate(5 + message.flip().remaining())
                .put((byte) 0)
                .putInt(message.remaining())
                .put(message);
        var answer = http2.send(
                request(node.clientPort, "/skipstone.v1.KeyValue/" + method)
                        .header("content-type", "application/grpc")
                        .header("te", "trailers")
                        .POST(BodyPublishers.ofByteArray(framed.array()))
                        .build(),
                BodyHandlers.ofByteArray());
        // A failed call has no message.
        if (answer.version() != HttpClient.Version.HTTP_2 || answer.body().length < 5) {
            throw new IllegalStateException("gRPC " + method + " over " + answer.version() + ": " + answer.statusCode()
                    + " " + answer.headers().map());
        }
    }

    private void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(ENDED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the node has not ended within " + ENDED_WITHIN);
        }
        if (!Files.exists(cache)) {
            throw new IllegalStateException("the JVM has written no cache; what it said is above");
        }
    }

    private void delete() throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new IllegalStateException("no free port", none);
        }
    }
}
