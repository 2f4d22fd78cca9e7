package io.skipstone.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * The complete list of the places where a test can make this process halt, throw or wait. Nothing happens at any of them unless
 * {@link Failpoints#arm} was called, which only the setting {@code skipstone.failpoints} does.
 *
 * <p>In the order in which a write, a pin, an artifact, an install and a start pass them. A new one is hit at one place, and needs its
 * case in the tests ({@code FailpointIT}, {@code PassedBy}), which do not compile without.
 */
public enum Failpoint {
    WRITE_ADMITTED("write.admitted", "a proposal has its permit; Ratis knows nothing of it"),
    WRITE_STAMPED("write.stamped", "the leader stamped the entry; the log has not got it"),
    WRITE_COMMITTED("write.committed", "the entry is in the log and agreed on; the apply thread has not got it"),
    APPLY_TAKEN("apply.taken", "the apply thread took a batch; no transaction is open"),
    STORE_WRITTEN("store.written", "all rows of the transaction are written; the meta record is not"),
    STORE_BEFORE_COMMIT("store.before-commit", "rows and meta record are written; LMDB has not committed"),
    STORE_COMMITTED("store.committed", "LMDB has committed; this process has not noted it"),
    APPLY_APPLIED("apply.applied", "the batch is in the store; nobody has been told"),
    APPLY_REPLIED("apply.replied", "every outcome of the batch is told"),
    PIN_BEGUN("pin.begun", "a pin was asked for; positions of markers are in memory only"),
    PIN_BEFORE_SYNC("pin.before-sync", "everything is committed; the forced sync has not begun"),
    PIN_SYNCED("pin.synced", "the sync returned; the pin has not moved"),
    PIN_PINNED("pin.pinned", "the pin has moved; Ratis has not been answered"),
    PIN_BEFORE_PURGE("pin.before-purge", "Ratis has its answer; the log has not been purged"),
    ARTIFACT_BEFORE_COPY("artifact.before-copy", "a copy was asked for and there is room; nothing is written"),
    ARTIFACT_COPIED("artifact.copied", "the copy is written; it is not synced"),
    ARTIFACT_SYNCED("artifact.synced", "the copy is synced; nobody has looked into it"),
    ARTIFACT_MANIFEST_WRITTEN(
            "artifact.manifest-written", "the manifest is synced beside the copy; the name is a draft's"),
    ARTIFACT_PUBLISHED("artifact.published", "the artifact has its name; nobody has been told"),
    INSTALL_BEGUN("install.begun", "the draft has its manifest, and no chunk"),
    INSTALL_CHUNK_WRITTEN("install.chunk-written", "a verified chunk is written; it is not synced"),
    INSTALL_BEFORE_SYNC("install.before-sync", "chunks are written; their sync has not begun"),
    INSTALL_VERIFIED("install.verified", "all chunks are synced and the copy says what its manifest says"),
    INSTALL_GROUP_FOUNDED("install.group-founded", "the copy belongs to its new group; the name is a draft's"),
    INSTALL_SYNCED("install.synced", "files and directory of the draft are synced; the name is a draft's"),
    INSTALL_PUBLISHED("install.published", "the draft has become a generation; the store in use is another one"),
    INSTALL_OPENED("install.opened", "the new store is open in a running node; everybody still uses the old one"),
    INSTALL_EXCHANGED("install.exchanged", "the new store is in use; the old one is closed and still there"),
    INSTALL_RETIRED("install.retired", "the old store is gone"),
    INSTALL_ADOPTED("install.adopted", "the generation that knows most is open; the other one is still there"),
    INSTALL_OLD_REMOVED("install.old-removed", "the other generation is gone"),
    START_OPENED("start.opened", "the store is open, or known to be unusable; the log has not been read"),
    START_DECIDED("start.decided", "the gate has decided; nothing has been changed"),
    START_TAIL_COPIED("start.tail-copied", "a copy of the log's bad tail is safe; the log still ends with it"),
    START_TAIL_CUT("start.tail-cut", "the log ends before its bad tail; Ratis has not been started"),
    START_SEGMENT_ASIDE("start.segment-aside", "one segment of the log was moved aside; others may follow"),
    START_LOG_ASIDE("start.log-aside", "the segments are aside for good; the gate has not looked again"),
    START_STORE_ASIDE("start.store-aside", "the store in doubt is aside for good; the empty one has not been begun"),
    START_TAKEN_IN("start.taken-in", "the artifact has become a generation; the store in doubt is still beside it"),
    START_PIN_ADOPTED("start.pin-adopted", "what the store holds is synced and pinned; Ratis has not been started");

    private final String id;
    private final String meaning;

    Failpoint(String id, String meaning) {
        this.id = id;
        this.meaning = meaning;
    }

    /** As settings name it: {@code step.moment}. */
    public String id() {
        return id;
    }

    /** What has happened when the process stands here, and what has not. */
    public String meaning() {
        return meaning;
    }

    public static Optional<Failpoint> byId(String id) {
        return Arrays.stream(values()).filter(point -> point.id.equals(id)).findFirst();
    }

    /** The process stands here. Costs one read of a field while nothing is armed. Any thread. */
    public void hit() {
        Failpoints.hit(this);
    }
}
