package io.skipstone.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.PatientClient;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Progress;
import java.util.OptionalDouble;

/** Puts the keys of a run there, and takes them away again. */
final class BenchKeys {
    /** Keys and values of one request stay well below a log entry. */
    private static final int BATCH_BYTES = 1 << 20;

    private static final int MAX_BATCH_KEYS = 512;

    private final BenchPlan plan;
    private final PatientClient client;

    BenchKeys(BenchPlan plan, PatientClient client) {
        this.plan = plan;
        this.client = client;
    }

    void load(Progress progress) {
        String value = "v".repeat(plan.valueBytes());
        int batch = Math.clamp(BATCH_BYTES / (plan.valueBytes() + 64L), 1, MAX_BATCH_KEYS);
        for (int from = 0; from < plan.keys(); from += batch) {
            int to = Math.min(plan.keys(), from + batch);
            client.demandJson(Request.postJson("/v1/batch", Json.write(puts(from, to, value))));
            progress.update(to, OptionalDouble.of((double) to / plan.keys()));
        }
        progress.clear();
    }

    void remove() {
        var query = new Request.Query().add("prefix", plan.prefix());
        client.demandJson(Request.delete("/v1/kv" + query));
    }

    private ObjectNode puts(int from, int to, String value) {
        ObjectNode body = Json.object();
        ArrayNode operations = body.putArray("operations");
        for (int number = from; number < to; number++) {
            operations.addObject().putObject("put").put("key", plan.key(number)).put("value", value);
        }
        return body;
    }
}
