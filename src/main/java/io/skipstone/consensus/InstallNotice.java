package io.skipstone.consensus;

import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto.NotificationProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * The word of a leader that its log begins behind what a follower has.
 *
 * <p>It names the first entry that the leader has. Ratis 3.3.0 answers that nothing is missing if the store of the follower ends right before
 * it; but the leader has forgotten the term of the entry before, cannot send its first one, and asks again for ever. So Ratis hears
 * the entry after that one as the first, and {@link InstallDriver} decides (docs/decisions/0013).
 */
final class InstallNotice {
    private InstallNotice() {}

    /** The message as Ratis is to hear it. A log that begins with entry 0 has everything, and is named as it is. */
    @SuppressWarnings("unchecked") // The answer is of the type of the question.
    static <Q> Q heard(Q message) {
        return message instanceof InstallSnapshotRequestProto request
                        && request.hasNotification()
                        && request.getNotification()
                                        .getFirstAvailableTermIndex()
                                        .getIndex()
                                > 0
                ? (Q) shifted(request)
                : message;
    }

    private static InstallSnapshotRequestProto shifted(InstallSnapshotRequestProto request) {
        TermIndexProto first = request.getNotification().getFirstAvailableTermIndex();
        return request.toBuilder()
                .setNotification(NotificationProto.newBuilder()
                        .setFirstAvailableTermIndex(first.toBuilder().setIndex(first.getIndex() + 1)))
                .build();
    }

    /** The first entry that the leader has, from what Ratis has heard. */
    static long firstEntry(TermIndex heard) {
        return Math.max(0, heard.getIndex() - 1);
    }
}
