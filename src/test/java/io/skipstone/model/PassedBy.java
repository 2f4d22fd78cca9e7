package io.skipstone.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Who comes by a failpoint: so that a test finds all those that concern it, new ones included. */
public enum PassedBy {
    A_WRITE,
    A_PIN,
    A_COPY,
    /** An install and a restore into a new directory. */
    AN_INSTALL,
    /** Only a restore into a new directory. */
    A_FOUNDATION,
    /** An install into a node that runs. */
    AN_EXCHANGE,
    /** A start that finds more than one store. */
    AN_ADOPTION,
    A_START;

    /** Names every failpoint and has no default: a new one does not compile until somebody has thought about it. */
    public static PassedBy of(Failpoint point) {
        return switch (point) {
            case WRITE_ADMITTED,
                    WRITE_STAMPED,
                    WRITE_COMMITTED,
                    APPLY_TAKEN,
                    STORE_WRITTEN,
                    STORE_BEFORE_COMMIT,
                    STORE_COMMITTED,
                    APPLY_APPLIED,
                    APPLY_REPLIED -> A_WRITE;
            case PIN_BEGUN, PIN_BEFORE_SYNC, PIN_SYNCED, PIN_PINNED, PIN_BEFORE_PURGE -> A_PIN;
            case ARTIFACT_BEFORE_COPY,
                    ARTIFACT_COPIED,
                    ARTIFACT_SYNCED,
                    ARTIFACT_MANIFEST_WRITTEN,
                    ARTIFACT_PUBLISHED -> A_COPY;
            case INSTALL_BEGUN,
                    INSTALL_CHUNK_WRITTEN,
                    INSTALL_BEFORE_SYNC,
                    INSTALL_VERIFIED,
                    INSTALL_SYNCED,
                    INSTALL_PUBLISHED -> AN_INSTALL;
            case INSTALL_GROUP_FOUNDED -> A_FOUNDATION;
            case INSTALL_OPENED, INSTALL_EXCHANGED, INSTALL_RETIRED -> AN_EXCHANGE;
            case INSTALL_ADOPTED, INSTALL_OLD_REMOVED -> AN_ADOPTION;
            case START_OPENED,
                    START_DECIDED,
                    START_TAIL_COPIED,
                    START_TAIL_CUT,
                    START_SEGMENT_ASIDE,
                    START_LOG_ASIDE,
                    START_STORE_ASIDE,
                    START_TAKEN_IN,
                    START_PIN_ADOPTED -> A_START;
        };
    }

    /** All failpoints that one of these comes by, in their order. */
    public static Stream<Failpoint> all(PassedBy... passers) {
        return Arrays.stream(Failpoint.values())
                .filter(point -> List.of(passers).contains(of(point)));
    }
}
