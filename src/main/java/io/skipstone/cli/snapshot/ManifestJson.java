package io.skipstone.cli.snapshot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.cli.client.Json;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.Manifest;
import java.time.Instant;

/** What an artifact says of itself, for people and programs. */
final class ManifestJson {
    private ManifestJson() {}

    static ObjectNode of(Artifact artifact) {
        Manifest manifest = artifact.manifest();
        ObjectNode json = Json.object().put("id", artifact.id());
        contents(json, manifest.contents());
        json.put("storeFormat", manifest.data().storeFormat());
        json.put("lengthBytes", artifact.lengthBytes());
        json.put("chunks", manifest.data().chunkCount());
        ObjectNode made = json.putObject("made");
        made.put("nodeId", manifest.origin().nodeId());
        made.put("version", manifest.origin().version());
        made.put("at", Instant.ofEpochMilli(manifest.origin().madeAtMillis()).toString());
        return json;
    }

    private static void contents(ObjectNode json, Manifest.Contents contents) {
        json.put("groupId", contents.groupId().toString());
        json.putObject("applied")
                .put("term", contents.applied().term())
                .put("index", contents.applied().index());
        json.put("revision", contents.revision());
        moment(json, "lastCommit", contents.lastCommitTs());
        moment(json, "gcFloor", contents.gcFloor());
    }

    /** The timestamp as requests take it, and as a clock shows it. */
    private static void moment(ObjectNode json, String name, Timestamp timestamp) {
        if (!timestamp.isNone()) {
            json.put(name + "Ts", timestamp.toString());
            json.put(name + "Time", Instant.ofEpochMilli(timestamp.millis()).toString());
        }
    }
}
