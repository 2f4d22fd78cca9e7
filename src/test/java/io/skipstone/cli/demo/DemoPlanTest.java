package io.skipstone.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.cli.CliRun;
import io.skipstone.cli.client.CliFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoPlanTest {
    @TempDir
    private Path dir;

    @Nested
    class Ports {
        @Test
        void lieAboveTheOneThatWasAskedForAndAreAllDifferent() throws IOException {
            var plan = DemoPlan.in(dir, OptionalInt.of(4000));

            assertThat(plan.nodes())
                    .flatExtracting(DemoNode::clientPort, DemoNode::peerPort, DemoNode::managementPort)
                    .containsExactly(4000, 4001, 4002, 4010, 4011, 4012, 4020, 4021, 4022);
            assertThat(plan.peers()).isEqualTo("n1=127.0.0.1:4001,n2=127.0.0.1:4011,n3=127.0.0.1:4021");
            assertThat(plan.endpoints()).isEqualTo("http://127.0.0.1:4000,http://127.0.0.1:4010,http://127.0.0.1:4020");
        }

        @Test
        void areFreeWhenNobodyAskedForAny() throws IOException {
            for (DemoNode node : DemoPlan.in(dir, OptionalInt.empty()).nodes()) {
                for (int port : new int[] {node.clientPort(), node.peerPort(), node.managementPort()}) {
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
                }
            }
        }

        @Test
        void passOverAPlaceOfWhichOneIsTaken() throws IOException {
            int base = FreePorts.base(DemoPlan.offsets());
            try (var taken = new ServerSocket(base + 22, 1, InetAddress.getLoopbackAddress())) {
                assertThat(FreePorts.base(DemoPlan.offsets())).isNotEqualTo(taken.getLocalPort() - 22);
            }
        }

        @Test
        void stayTheSameForTheSameDirectory() throws IOException {
            var first = DemoPlan.in(dir, OptionalInt.of(4000));

            assertThat(DemoPlan.in(dir, OptionalInt.empty())).isEqualTo(first);
            assertThat(DemoPlan.in(dir, OptionalInt.of(4000))).isEqualTo(first);
        }

        @Test
        void areNotExchangedUnderNodesThatKnowEachOtherByThem() throws IOException {
            DemoPlan.in(dir, OptionalInt.of(4000));

            assertThatThrownBy(() -> DemoPlan.in(dir, OptionalInt.of(5000)))
                    .isInstanceOf(CliFailure.class)
                    .hasMessageContaining("4000");
        }
    }

    @Nested
    class Directory {
        @Test
        void isMadeIfItIsNotThere() throws IOException {
            Path fresh = dir.resolve("a").resolve("b");

            var plan = DemoPlan.in(fresh, OptionalInt.of(4000));

            assertThat(plan.nodes()).extracting(DemoNode::dataDir).allMatch(data -> data.startsWith(fresh));
            assertThat(fresh.resolve("demo.json")).exists();
        }

        @Test
        void ofSomethingElseIsLeftAlone() throws IOException {
            Files.writeString(dir.resolve("letters"), "mine");

            assertThatThrownBy(() -> DemoPlan.in(dir, OptionalInt.empty()))
                    .isInstanceOf(CliFailure.class)
                    .hasMessageContaining("--dir");
            try (Stream<Path> files = Files.list(dir)) {
                assertThat(files).containsExactly(dir.resolve("letters"));
            }
        }
    }

    @Nested
    class TheCommand {
        @Test
        void startsThePackagedProgramOnly() {
            var run = CliRun.of("demo", "--dir", dir.toString(), "--base-port", "4000");

            // The tests run from classes; the program itself is the subject of DemoIT.
            assertThat(run.exitCode()).isEqualTo(CliFailure.REFUSED);
            assertThat(run.err()).contains("bin/skipstone demo");
            assertThat(dir).isEmptyDirectory();
        }
    }
}
