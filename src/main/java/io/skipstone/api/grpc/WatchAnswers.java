package io.skipstone.api.grpc;

import io.skipstone.api.ErrorMapping;
import io.skipstone.api.LeaderHint;
import io.skipstone.api.Refusal;
import io.skipstone.api.grpc.v1.WatchCancelled;
import io.skipstone.api.grpc.v1.WatchCreated;
import io.skipstone.api.grpc.v1.WatchDelete;
import io.skipstone.api.grpc.v1.WatchError;
import io.skipstone.api.grpc.v1.WatchEvent;
import io.skipstone.api.grpc.v1.WatchEvents;
import io.skipstone.api.grpc.v1.WatchProgress;
import io.skipstone.api.grpc.v1.WatchRefused;
import io.skipstone.api.grpc.v1.WatchResponse;
import io.skipstone.watch.WatchItem;
import org.jboss.logging.Logger;

/** Writes what a watcher is told. */
final class WatchAnswers {
    private static final Logger LOG = Logger.getLogger(WatchAnswers.class);

    private final LeaderHint leader;

    WatchAnswers(LeaderHint leader) {
        this.leader = leader;
    }

    WatchResponse created(long id, long startRevision) {
        return response(id)
                .setCreated(WatchCreated.newBuilder().setStartRevision(startRevision))
                .build();
    }

    WatchResponse refused(long id, Throwable failure) {
        return response(id)
                .setRefused(WatchRefused.newBuilder().setError(error(failure)))
                .build();
    }

    /** Because the client asked for it. */
    WatchResponse cancelled(long id) {
        return response(id).setCancelled(WatchCancelled.newBuilder()).build();
    }

    WatchResponse item(long id, WatchItem item) {
        WatchResponse.Builder response = response(id);
        switch (item) {
            case WatchItem.Events events -> response.setEvents(events(events));
            case WatchItem.Progress progress ->
                response.setProgress(WatchProgress.newBuilder().setRevision(progress.revision()));
            case WatchItem.Cancelled(var why, var resumeRevision) ->
                response.setCancelled(
                        WatchCancelled.newBuilder().setError(error(why)).setResumeRevision(resumeRevision));
        }
        return response.build();
    }

    private static WatchResponse.Builder response(long id) {
        return WatchResponse.newBuilder().setWatchId(id);
    }

    private static WatchEvents events(WatchItem.Events events) {
        var answer = WatchEvents.newBuilder()
                .setRevision(events.revision())
                .setCommitTs(events.commitTs().bits())
                .setFragment(events.isFragment());
        events.events().forEach(event -> answer.addEvents(event(event)));
        return answer.build();
    }

    private static WatchEvent event(io.skipstone.watch.WatchEvent event) {
        var answer = WatchEvent.newBuilder();
        event.written()
                .ifPresentOrElse(
                        written -> answer.setPut(Answers.item(written)),
                        () -> answer.setDelete(WatchDelete.newBuilder()
                                .setKey(Answers.bytes(event.key().bytes()))));
        event.previous().ifPresent(previous -> answer.setPrevious(Answers.item(previous)));
        return answer.build();
    }

    private WatchError error(Throwable failure) {
        Refusal refusal = ErrorMapping.refusal(failure);
        if (refusal.kind() == ErrorMapping.INTERNAL) {
            LOG.error("a watch failed", failure);
        }
        var error = WatchError.newBuilder()
                .setCode(refusal.code())
                .setMessage(refusal.detail())
                .setRetryable(refusal.retryable())
                .setGrpcCode(refusal.kind().grpcCode().value())
                .setLowestRevision(refusal.lowestRevision());
        leader.elsewhere(refusal).ifPresent(node -> {
            error.setLeader(node.nodeId());
            node.client().ifPresent(error::setLeaderClient);
        });
        return error.build();
    }
}
