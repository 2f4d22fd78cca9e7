package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotResult;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.junit.jupiter.api.Test;

class PacedAnswersTest {
    private final List<Object> sent = new CopyOnWriteArrayList<>();
    private volatile boolean cancelled;
    private final PacedAnswers<Object, InstallSnapshotReplyProto> call = new PacedAnswers<>(new ServerCall<>() {
        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(InstallSnapshotReplyProto answer) {
            sent.add(answer.getResult());
        }

        @Override
        public void close(Status status, Metadata trailers) {
            sent.add(status);
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public MethodDescriptor<Object, InstallSnapshotReplyProto> getMethodDescriptor() {
            throw new UnsupportedOperationException();
        }
    });

    @Test
    void waitBeforeTheySayThatAnInstallIsUnderWayAndEndAfterThat() {
        answer(InstallSnapshotResult.IN_PROGRESS);

        assertThat(sent).isEmpty();
        await().until(() -> sent.size() == 2);
        assertThat(sent).containsExactly(InstallSnapshotResult.IN_PROGRESS, Status.OK);
    }

    @Test
    void sayWhatElseThereIsAtOnce() {
        answer(InstallSnapshotResult.SNAPSHOT_INSTALLED);

        assertThat(sent).containsExactly(InstallSnapshotResult.SNAPSHOT_INSTALLED, Status.OK);
    }

    @Test
    void sayNothingToALeaderThatHasGone() {
        cancelled = true;

        answer(InstallSnapshotResult.IN_PROGRESS);

        await().until(() -> sent.equals(List.of(Status.OK)));
    }

    private void answer(InstallSnapshotResult result) {
        call.sendMessage(
                InstallSnapshotReplyProto.newBuilder().setResult(result).build());
        call.close(Status.OK, new Metadata());
    }
}
