package io.skipstone.api.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.api.Scans.Page;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.Outcome.Committed;
import io.skipstone.command.Outcome.Result;
import io.skipstone.consensus.Reader.Answer;
import io.skipstone.model.ColdStart;
import io.skipstone.model.KeyValue;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.Position;
import io.skipstone.model.StartProgress;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.Manifest;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes answers as JSON. Timestamps are strings of digits: many languages cannot hold them as JSON numbers. */
final class AnswerJson {
    private AnswerJson() {}

    /** What one put came to. */
    static ObjectNode put(Committed committed) {
        ObjectNode json = commit(committed);
        putResult(json, (Result.Put) committed.results().getFirst());
        return json;
    }

    /** What one delete or prefix delete came to. */
    static ObjectNode deleted(Committed committed) {
        ObjectNode json = JsonText.object();
        json.put("deleted", ((Result.Deleted) committed.results().getFirst()).count());
        return json.setAll(commit(committed));
    }

    static ObjectNode batch(Committed committed) {
        ObjectNode json = commit(committed);
        results(json.putArray("results"), committed.results());
        return json;
    }

    static ObjectNode txn(Committed committed) {
        ObjectNode json = JsonText.object();
        json.put("succeeded", committed.branch() == Branch.THEN);
        return json.setAll(batch(committed));
    }

    static ObjectNode page(Page page, Optional<String> next) {
        ObjectNode json = JsonText.object();
        ArrayNode items = json.putArray("items");
        page.rows().forEach(row -> items.add(item(row, page.keysOnly())));
        next.ifPresent(token -> json.put("next", token));
        return read(json, page.answer());
    }

    static ObjectNode count(Answer<Long> answer) {
        ObjectNode json = JsonText.object();
        json.put("count", answer.value());
        return read(json, answer);
    }

    static ObjectNode commitTs(Timestamp commitTs, Answer<?> answer) {
        ObjectNode json = JsonText.object();
        json.put("commitTs", commitTs.toString());
        return read(json, answer);
    }

    static ObjectNode position(Position position) {
        return JsonText.object().put("term", position.term()).put("index", position.index());
    }

    static ObjectNode status(NodeStatus status) {
        ObjectNode json = JsonText.object();
        json.put("nodeId", status.nodeId());
        json.put("groupId", status.groupId().toString());
        json.put("phase", word(status.phase()));
        json.put("role", word(status.role()));
        json.put("ready", status.isReady());
        json.put("term", status.term());
        status.leader().ifPresent(leader -> json.put("leader", leader));
        status.applied().ifPresent(applied -> json.set("applied", position(applied)));
        status.pinned().ifPresent(pinned -> json.set("pinned", position(pinned)));
        json.put("logStart", status.logStart());
        json.put("logEnd", status.logEnd());
        json.put("committed", status.committed());
        json.put("committedAtStart", status.committedAtStart());
        json.put("revision", status.revision());
        json.put("lastCommitTs", status.lastCommitTs().toString());
        json.put("gcFloor", status.gcFloor().toString());
        json.set("coldStart", coldStart(status.coldStart()));
        json.set("progress", progress(status.progress()));
        return json;
    }

    private static ObjectNode coldStart(ColdStart start) {
        ObjectNode json = JsonText.object();
        json.put("outcome", word(start.outcome()));
        json.put("reason", start.reason());
        start.have().ifPresent(have -> json.set("have", position(have)));
        json.put("logStart", start.logStart());
        json.put("logEnd", start.logEnd());
        json.put("replayed", start.replayed());
        json.put("hlcCeiling", start.hlcCeiling().toString());
        json.put("cutover", start.cutover());
        json.put("generation", start.generation());
        json.put("openMillis", start.phases().openMicros() / 1_000);
        json.put("gateMillis", start.phases().gateMicros() / 1_000);
        json.put("gateMicros", start.phases().gateMicros());
        json.put("repairMillis", start.phases().repairMicros() / 1_000);
        json.put("raftMillis", start.phases().raftMicros() / 1_000);
        return json;
    }

    private static ObjectNode progress(StartProgress progress) {
        ObjectNode json = JsonText.object();
        json.put("phase", word(progress.phase()));
        json.put("done", progress.done());
        json.put("total", progress.total());
        json.put("unit", word(progress.unit()));
        progress.percent().ifPresent(percent -> json.put("percent", percent));
        progress.estimateMillis().ifPresent(millis -> json.put("estimateMillis", millis));
        return json;
    }

    /** A snapshot that can be fetched. */
    static ObjectNode snapshot(SnapshotJobs.Made made) {
        Manifest manifest = made.manifest();
        Manifest.Contents contents = manifest.contents();
        ObjectNode json = JsonText.object().put("id", made.artifactId()).put("lengthBytes", made.lengthBytes());
        json.put("groupId", contents.groupId().toString());
        json.set("applied", position(contents.applied()));
        json.put("revision", contents.revision());
        json.put("lastCommitTs", contents.lastCommitTs().toString());
        json.put("gcFloor", contents.gcFloor().toString());
        json.put("storeFormat", manifest.data().storeFormat());
        ObjectNode origin = json.putObject("made");
        origin.put("nodeId", manifest.origin().nodeId());
        origin.put("version", manifest.origin().version());
        origin.put("at", Instant.ofEpochMilli(manifest.origin().madeAtMillis()).toString());
        return json;
    }

    /** RFC 3339, in UTC. */
    static String time(Timestamp timestamp) {
        return Instant.ofEpochMilli(timestamp.millis()).toString();
    }

    /** One version of one key. */
    static ObjectNode item(KeyValue row, boolean keyOnly) {
        ObjectNode json = JsonText.object();
        JsonText.put(json, "key", row.key().bytes());
        if (!keyOnly) {
            JsonText.put(json, "value", row.value());
        }
        json.put("createRevision", row.createRevision());
        json.put("modRevision", row.modRevision());
        json.put("version", row.version());
        json.put("commitTs", row.commitTs().toString());
        if (!row.expiresAt().isNone()) {
            json.put("expiresAt", time(row.expiresAt()));
        }
        if (row.leaseId() > 0) {
            json.put("lease", Long.toString(row.leaseId()));
        }
        return json;
    }

    private static ObjectNode commit(Committed committed) {
        return JsonText.object()
                .put("revision", committed.revision())
                .put("commitTs", committed.commitTs().toString());
    }

    private static void results(ArrayNode array, List<Result> results) {
        for (Result result : results) {
            ObjectNode json = array.addObject();
            switch (result) {
                case Result.Put put -> putResult(json.putObject("put"), put);
                case Result.Deleted deleted -> json.putObject("delete").put("deleted", deleted.count());
                case Result.Got got -> {
                    ObjectNode get =
                            json.putObject("get").put("found", got.keyValue().isPresent());
                    got.keyValue().ifPresent(found -> get.set("item", item(found, false)));
                }
            }
        }
    }

    private static void putResult(ObjectNode json, Result.Put put) {
        json.put("version", put.version()).put("created", put.version() == 1);
    }

    private static ObjectNode read(ObjectNode json, Answer<?> answer) {
        return json.put("revision", answer.revision())
                .put("readTs", answer.moment().upTo().toString());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
