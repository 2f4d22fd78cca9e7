package io.skipstone.api.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.api.Download;
import io.skipstone.api.Downloads;
import io.skipstone.api.rest.SnapshotJobs.Job;
import io.skipstone.api.rest.SnapshotJobs.Made;
import io.skipstone.model.SkipstoneException.NotReady;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Copies of the store while it serves: {@code /v1/snapshot}. */
@Singleton
class SnapshotHandlers {
    private static final String PATH = "/v1/snapshot";

    private final SnapshotJobs jobs;
    private final Downloads downloads;

    @Inject
    SnapshotHandlers(SnapshotJobs jobs, Downloads downloads) {
        this.jobs = jobs;
        this.downloads = downloads;
    }

    List<Route> routes() {
        return List.of(
                new Route(HttpMethod.POST, PATH, BodyLimit.NONE, this::make),
                new Route(HttpMethod.GET, PATH + "/{id}", BodyLimit.NONE, this::look),
                new Route(HttpMethod.GET, PATH + "/{id}/data", BodyLimit.NONE, this::fetch));
    }

    private CompletionStage<Reply> make(RestRequest request) {
        request.query();
        Job job = jobs.start();
        // Refused at once: the client need not come back to learn it.
        return job.made().isCompletedExceptionally()
                ? job.made().thenApply(never -> accepted(job))
                : CompletableFuture.completedStage(accepted(job));
    }

    private Reply accepted(Job job) {
        return Reply.json(202, state(job)).with("Location", PATH + "/" + job.id());
    }

    private CompletionStage<Reply> look(RestRequest request) {
        request.query();
        Job job = jobs.find(request.id());
        return job.made().isCompletedExceptionally()
                ? job.made().thenApply(never -> Reply.ok(state(job)))
                : CompletableFuture.completedStage(Reply.ok(state(job)));
    }

    private ObjectNode state(Job job) {
        ObjectNode json = JsonText.object().put("id", job.id());
        if (job.made().state() == CompletableFuture.State.SUCCESS) {
            return json.put("state", "ready")
                    .set("snapshot", AnswerJson.snapshot(job.made().resultNow()));
        }
        var making = jobs.making();
        return json.put("state", "making").put("doneBytes", making.doneBytes()).put("totalBytes", making.totalBytes());
    }

    private CompletionStage<Reply> fetch(RestRequest request) {
        request.query();
        Job job = jobs.find(request.id());
        if (!job.made().isDone()) {
            throw new NotReady("the snapshot is still being made; look at it until it is ready");
        }
        Optional<String> range = request.header("Range");
        Optional<String> ifRange = request.header("If-Range");
        return job.made().thenApply(made -> send(made, range, ifRange));
    }

    private Reply send(Made made, Optional<String> range, Optional<String> ifRange) {
        String etag = "\"" + made.artifactId() + "\"";
        // Another artifact than the one that was begun: all of it (RFC 9110, section 13.1.5).
        Optional<ByteRange> part = range.filter(
                        asked -> ifRange.isEmpty() || ifRange.get().equals(etag))
                .flatMap(asked -> ByteRange.parse(asked, made.lengthBytes()));
        ByteRange sent = part.orElse(new ByteRange(0, made.lengthBytes()));
        Download download = downloads.open(made.artifactId());
        Reply reply = new Reply(
                        part.isPresent() ? 206 : 200,
                        Map.of("Content-Type", "application/octet-stream", "Accept-Ranges", "bytes"),
                        new ArtifactBody(download, sent))
                .with("ETag", etag)
                .with("Content-Disposition", "attachment; filename=\"" + made.artifactId() + ".skip\"");
        return part.isPresent() ? reply.with("Content-Range", sent.contentRange(made.lengthBytes())) : reply;
    }
}
