package io.skipstone.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skipstone.model.ExitCode;
import io.skipstone.node.StartScenarios.Base;
import io.skipstone.node.StartScenarios.Damage;
import io.skipstone.process.Ports;
import io.skipstone.process.ServerProcess;
import io.skipstone.store.StoreDamage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The start as an operator and Kubernetes see it, with real processes. */
class ColdStartIT {
    @TempDir
    static Path scratch;

    private static StartScenarios bases;

    private record Refusal(String reason, ExitCode exitCode, Damage damage) {}

    @BeforeAll
    static void makeDirectories() throws Exception {
        bases = StartScenarios.make(scratch);
    }

    @TestFactory
    Stream<DynamicTest> refusesWithOneLineAndLeavesEverythingAsItWas() {
        return Stream.of(
                        new Refusal(
                                "env_corrupt",
                                ExitCode.DAMAGED,
                                dir -> Files.write(StartScenarios.data(dir), new byte[100_000])),
                        new Refusal(
                                "format_unknown",
                                ExitCode.FORMAT,
                                dir -> StoreDamage.writeLaterFormat(StartScenarios.store(dir))),
                        new Refusal("behind_log", ExitCode.DAMAGED, dir -> bases.replaceStore(dir, "first-store")),
                        new Refusal("wrong_owner", ExitCode.WRONG_OWNER, dir -> bases.replaceStore(dir, "early-store")))
                .map(refusal -> DynamicTest.dynamicTest(refusal.reason(), () -> isRefused(refusal)));
    }

    private static void isRefused(Refusal refusal) throws Exception {
        Path dir = bases.copyOf(Base.PURGED);
        refusal.damage().to(dir);
        Map<String, String> before = ColdStartScenariosTest.image(dir);

        try (var server = ServerProcess.launch(dir, Ports.free(), Map.of())) {
            assertThat(server.awaitExit()).isEqualTo(refusal.exitCode().code());
            assertThat(server.log().lines().filter(line -> line.contains("refused to start")))
                    .singleElement()
                    .asString()
                    .contains("reason " + refusal.reason());
            assertThat(server.log()).doesNotContain("\tat ");
        }
        assertThat(ColdStartScenariosTest.image(dir)).isEqualTo(before);
    }

    @Nested
    class WhileItRestores {
        private final HttpClient http = HttpClient.newHttpClient();

        @Test
        void isStartedAndAliveButNotReadyAndSaysHowFarItIs() throws Exception {
            Path dir = bases.copyOf(Base.PURGED);
            Files.write(StartScenarios.data(dir), new byte[100_000]);
            bases.putArtifact(dir, "PURGED.skip");

            try (var server = ServerProcess.launch(
                    dir, Ports.free(), Map.of("SKIPSTONE_FAILPOINTS", "install.chunk-written=sleep(8000)@3"))) {
                await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> ask(server.management()
                                + "/q/health/ready")
                        .body()
                        .contains("startPercent"));

                HttpResponse<String> ready = ask(server.management() + "/q/health/ready");
                assertThat(ready.statusCode()).isEqualTo(503);
                assertThat(ready.body())
                        .contains("\"start\": \"restoring\"")
                        .contains("\"startUnit\": \"bytes\"")
                        .contains("\"startTotal\"")
                        .contains("\"startEstimateMillis\"");
                assertThat(ask(server.management() + "/q/health/started").statusCode())
                        .isEqualTo(200);
                assertThat(ask(server.management() + "/q/health/live").statusCode())
                        .isEqualTo(200);
                HttpResponse<String> refused = ask(server.endpoint() + "/v1/kv/k1");
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
                assertThat(status(server).path("progress").path("phase").asText())
                        .isEqualTo("restoring");

                server.awaitReady();

                assertThat(status(server).path("coldStart").path("outcome").asText())
                        .isEqualTo("restored");
                assertThat(status(server).path("revision").asLong()).isEqualTo(StartScenarios.revision(Base.PURGED));
                assertThat(server.get(server.management() + "/q/metrics"))
                        .contains("skipstone_cold_start_total{group=")
                        .contains("reason=\"env_corrupt\"")
                        .contains("skipstone_start_phase{phase=\"ready\"} 1.0");
                assertThat(server.log())
                        .contains("cold start outcome=restored reason=env_corrupt")
                        .contains("generation=2")
                        .contains("repairMillis=");
            }
        }

        private HttpResponse<String> ask(String url) throws IOException, InterruptedException {
            return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
        }

        private static JsonNode status(ServerProcess server) throws IOException {
            return new ObjectMapper().readTree(server.get(server.endpoint() + "/v1/status"));
        }
    }
}
