package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients hear from a node that answers before it may serve. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class NotReadyIT {
    /** One of each kind that reads, writes or copies data. */
    private static final List<Call> CALLS = List.of(
            new Call("PUT", "/v1/kv/key", "value"),
            new Call("GET", "/v1/kv/key", ""),
            new Call("DELETE", "/v1/kv/key", ""),
            new Call("GET", "/v1/kv?prefix=k", ""),
            new Call("GET", "/v1/kv?prefix=k&countOnly=true", ""),
            new Call("DELETE", "/v1/kv?prefix=k", ""),
            new Call("GET", "/v1/commit-ts/key", ""),
            new Call("POST", "/v1/batch", "{\"operations\":[{\"put\":{\"key\":\"a\",\"value\":\"1\"}}]}"),
            new Call("POST", "/v1/txn", "{\"then\":[{\"put\":{\"key\":\"a\",\"value\":\"1\"}}]}"),
            new Call("POST", "/v1/compact", "{\"at\":\"rev:1\"}"),
            new Call("POST", "/v1/pin", ""),
            new Call("POST", "/v1/snapshot", ""),
            new Call("GET", "/v1/cluster/members", ""));

    @TempDir
    private Path dir;

    private final HttpClient http = HttpClient.newHttpClient();

    private record Call(String method, String path, String body) {}

    @Test
    void everyDataCallIsTold503AndWhenToComeAgainUntilTheNodeServes() throws Exception {
        List<HttpResponse<String>> refused = new ArrayList<>();
        var seen = new TreeSet<String>();
        try (var server = ServerProcess.launch(dir, Ports.free(), Map.of())) {
            while (!isServing(server)) {
                assertThat(server.isAlive()).as(server.log()).isTrue();
                for (Call call : CALLS) {
                    HttpResponse<String> answer = askOnceListening(server, call);
                    if (answer.statusCode() == 503) {
                        refused.add(answer);
                        seen.add(call.method() + " " + call.path());
                    }
                }
            }
        }

        assertThat(seen).hasSize(CALLS.size());
        assertThat(refused).allSatisfy(answer -> {
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.body()).contains("\"code\":\"not_ready\"").contains("\"retryable\":true");
        });
    }

    private boolean isServing(ServerProcess server) throws Exception {
        return askOnceListening(server, new Call("PUT", "/v1/kv/serving", "yes"))
                        .statusCode()
                == 200;
    }

    private HttpResponse<String> askOnceListening(ServerProcess server, Call call) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(server.endpoint() + call.path()))
                .method(
                        call.method(),
                        call.body().isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(call.body()))
                .build();
        while (true) {
            try {
                return http.send(request, BodyHandlers.ofString());
            } catch (IOException notListeningYet) {
                assertThat(server.isAlive()).as(server.log()).isTrue();
            }
        }
    }
}
