package io.skipstone.cli.transfer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.PatientClient;
import io.skipstone.cli.client.Problem;
import io.skipstone.cli.client.Reply;
import io.skipstone.cli.client.Request;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Writes batches to a node, each in one atomic request that takes effect once however often it has to be sent. Any thread.
 */
final class BatchSender {
    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;

    private final PatientClient client;
    private final LongSupplier clockMillis;
    private final String run = UUID.randomUUID().toString();

    /**
     * @param clockMillis tells which records have expired
     */
    BatchSender(PatientClient client, LongSupplier clockMillis) {
        this.client = client;
        this.clockMillis = clockMillis;
    }

    /**
     * Writes a batch. If the node finds something wrong in it, halves it again and again until the record at fault stands alone.
     *
     * @throws io.skipstone.cli.client.CliFailure the node refused for another reason, or cannot be reached
     */
    BatchResult send(Batch batch) {
        long nowMillis = clockMillis.getAsLong();
        List<ImportRecord> alive = batch.records().stream()
                .filter(entry -> entry.expiresAt().isNone() || entry.expiresAt().millis() > nowMillis)
                .toList();
        var expired = new BatchResult(0, batch.records().size() - alive.size(), 0, List.of());
        return alive.isEmpty() ? expired : expired.plus(write(alive, nowMillis));
    }

    private BatchResult write(List<ImportRecord> records, long nowMillis) {
        Reply reply = client.ask(request(records, nowMillis));
        if (reply.isSuccess()) {
            return new BatchResult(
                    records.size(), 0, reply.json().path("revision").asLong(), List.of());
        }
        Problem problem = Problem.of(reply);
        if (problem.status() != BAD_REQUEST && problem.status() != TOO_LARGE) {
            throw problem.toFailure();
        }
        if (records.size() == 1) {
            var rejection = new InputItem.Bad(records.getFirst().number(), "the node says: " + problem.detail());
            return new BatchResult(0, 0, 0, List.of(rejection));
        }
        int half = records.size() / 2;
        return write(records.subList(0, half), nowMillis).plus(write(records.subList(half, records.size()), nowMillis));
    }

    private Request request(List<ImportRecord> records, long nowMillis) {
        ObjectNode body = Json.object();
        ArrayNode operations = body.putArray("operations");
        for (ImportRecord entry : records) {
            ObjectNode put = operations.addObject().putObject("put");
            Json.put(put, "key", entry.key().bytes());
            Json.put(put, "value", entry.value());
            if (!entry.expiresAt().isNone()) {
                put.put("ttlMillis", entry.expiresAt().millis() - nowMillis);
            }
        }
        String range = records.getFirst().number() + "-" + records.getLast().number();
        return Request.postJson("/v1/batch", Json.write(body)).with("Idempotency-Key", run + ":" + range);
    }
}
