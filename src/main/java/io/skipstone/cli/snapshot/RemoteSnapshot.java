package io.skipstone.cli.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.PatientClient;
import io.skipstone.cli.client.Problem;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.client.StreamedReply;
import io.skipstone.snapshot.CopyProgress;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A snapshot that a node has made.
 *
 * @param path where its bytes are
 * @param etag the same as long as they are the same bytes
 */
record RemoteSnapshot(NodeClient client, String path, String etag, long lengthBytes) {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final int PARTIAL_CONTENT = 206;

    /** The node asks for patience, or does not answer: the same request may succeed later. */
    static final class Later extends IOException {
        private static final long serialVersionUID = 1L;

        Later(String message) {
            super(message);
        }
    }

    /** Has the node make one, and waits until it is there. */
    static RemoteSnapshot make(NodeClient client, PatientClient patient, CopyProgress progress, StopSignal stop) {
        JsonNode job = patient.demandJson(Request.post("/v1/snapshot"));
        String path = "/v1/snapshot/" + job.path("id").asText();
        while (!job.path("state").asText().equals("ready")) {
            progress.at(job.path("doneBytes").asLong(), job.path("totalBytes").asLong());
            stop.rest(LOOK_EVERY);
            job = patient.demandJson(Request.get(path));
        }
        JsonNode made = job.path("snapshot");
        String etag = "\"" + made.path("id").asText() + "\"";
        return new RemoteSnapshot(
                client, path + "/data", etag, made.path("lengthBytes").asLong());
    }

    /**
     * Its bytes from a position on; the caller closes the answer.
     *
     * @throws IOException no answer, or one that asks for patience
     * @throws CliFailure the node does not have it any more
     */
    StreamedReply from(long position) throws IOException {
        StreamedReply reply = client.stream(
                Request.get(path).with("Range", "bytes=" + position + "-").with("If-Range", etag));
        boolean accepted = false;
        try {
            accept(reply);
            accepted = true;
            return reply;
        } finally {
            if (!accepted) {
                reply.close();
            }
        }
    }

    private void accept(StreamedReply reply) throws IOException {
        if (reply.status() == PARTIAL_CONTENT && reply.header("ETag").equals(Optional.of(etag))) {
            return;
        }
        if (reply.status() >= 200 && reply.status() < 300) {
            throw new CliFailure(CliFailure.REFUSED, "the node has another snapshot now; run the command again");
        }
        Problem problem = Problem.of(reply.toReply());
        if (problem.worthRepeating()) {
            throw new Later(problem.detail());
        }
        throw problem.toFailure();
    }
}
