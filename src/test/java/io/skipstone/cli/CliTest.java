package io.skipstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
    @Nested
    class Help {
        @Test
        void listsEveryCommandAndTheExitCodes() {
            var run = CliRun.of("--help");

            assertThat(run.exitCode()).isZero();
            assertThat(run.out())
                    .contains(
                            "run ", "get ", "put ", "del ", "scan ", "watch ", "txn ", "import ", "export ", "status ")
                    .contains("inspect ", "bench ", "pin ", "compact ", "cluster ", "demo ")
                    .contains("Starts a node")
                    .contains("Exit codes");
        }

        @Test
        void explainsEachCommand() {
            var run = CliRun.of("import", "--help");

            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("--key-template", "--parallel", "goes on where it was interrupted");
        }

        @Test
        void tellsTheVersion() {
            assertThat(CliRun.of("--version").out()).containsPattern("^skipstone \\d+\\.\\d+\\.\\d+");
        }
    }

    @Nested
    class Usage {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "nonsense",
                    "get",
                    "get a b",
                    "get \\q",
                    "put a",
                    "put a b --file c",
                    "put a b --if-absent --if-revision 3",
                    "del",
                    "del a --prefix b",
                    "del a --exclude b",
                    "scan --prefix a --start b",
                    "watch a --prefix b",
                    "watch --prefix a --end b",
                    "watch --limit 0",
                    "watch --previous",
                    "scan --limit 0",
                    "scan --count --json",
                    "import x.bin",
                    "import x.tsv --key-template {a}",
                    "import x.json --key-template {",
                    "import x.json --parallel 0",
                    "import x.json --batch 100000",
                    "import x.json --on-error maybe",
                    "bench --duration-seconds 601",
                    "bench --in-flight 0",
                    "bench --workload nothing",
                    "compact",
                    "status --endpoint 127.0.0.1:2379",
                    "status --endpoint http://127.0.0.1:2379/v1",
                    "status --endpoint http://127.0.0.1:2379,",
                    "cluster",
                    "cluster add",
                    "cluster add n4",
                    "cluster add n4=host:99999",
                    "cluster promote",
                    "cluster promote n4 --wait-seconds 0",
                    "cluster remove",
                    "cluster remove n4",
                    "cluster members --patience-seconds -1",
                    "demo --base-port 65530",
                    "demo --base-port 0",
                    "run"
                })
        void isExplainedWithExitCode2(String line) {
            var run = CliRun.of(line.isEmpty() ? new String[0] : line.split(" ", -1));

            assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
            assertThat(run.err()).isNotBlank();
            assertThat(run.out()).isEmpty();
        }
    }

    @Nested
    class WithoutANode {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "get a",
                    "put a b",
                    "del a",
                    "txn",
                    "status",
                    "pin",
                    "compact --at rev:1",
                    "bench",
                    "cluster members --patience-seconds 0"
                })
        void exitsWith4AndSaysInOneLineHowToStartOne(String line) throws IOException {
            String endpoint = "http://127.0.0.1:" + freePort();

            var run = CliRun.of((line + " --endpoint " + endpoint).split(" ", -1));

            assertThat(run.exitCode()).isEqualTo(4);
            assertThat(run.err())
                    .isEqualToIgnoringNewLines("skipstone: cannot reach a node at " + endpoint
                            + "; start one with 'skipstone run', or name another with --endpoint");
        }

        private static int freePort() throws IOException {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }
    }
}
