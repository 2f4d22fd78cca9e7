package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.Downloads;
import io.skipstone.api.OneNode;
import io.skipstone.api.etcd.v3.AlarmRequest;
import io.skipstone.api.etcd.v3.DefragmentRequest;
import io.skipstone.api.etcd.v3.HashKVRequest;
import io.skipstone.api.etcd.v3.HashKVResponse;
import io.skipstone.api.etcd.v3.HashRequest;
import io.skipstone.api.etcd.v3.MaintenanceGrpc;
import io.skipstone.api.etcd.v3.MoveLeaderRequest;
import io.skipstone.api.etcd.v3.SnapshotRequest;
import io.skipstone.api.etcd.v3.SnapshotResponse;
import io.skipstone.api.etcd.v3.StatusRequest;
import io.skipstone.api.etcd.v3.StatusResponse;
import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.Seal;
import jakarta.inject.Inject;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Iterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class MaintenanceServiceTest extends EtcdTest {
    private MaintenanceGrpc.MaintenanceBlockingStub maintenance;

    @Inject
    Downloads downloads;

    @BeforeEach
    void stub() {
        maintenance = MaintenanceGrpc.newBlockingStub(channel);
    }

    @Test
    void theStatusSaysWhoLeadsAndHowFarTheNodeIs() {
        put("a", "1");

        StatusResponse answer = maintenance.status(StatusRequest.getDefaultInstance());

        assertThat(answer.getVersion()).isEqualTo("3.5.0");
        assertThat(answer.getLeader())
                .isEqualTo(answer.getHeader().getMemberId())
                .isEqualTo(EtcdIds.member(status.status().nodeId()));
        assertThat(answer.getHeader().getRevision()).isEqualTo(revision());
        assertThat(answer.getRaftTerm()).isPositive();
        assertThat(answer.getRaftAppliedIndex()).isPositive().isLessThanOrEqualTo(answer.getRaftIndex());
        assertThat(answer.getDbSize()).isPositive();
        assertThat(answer.getDbSizeInUse()).isPositive().isLessThanOrEqualTo(answer.getDbSize());
        assertThat(answer.getErrorsList()).isEmpty();
        assertThat(answer.getIsLearner()).isFalse();
    }

    @Test
    void thereIsNoAlarmWhileThereIsRoom() {
        var got = maintenance.alarm(AlarmRequest.getDefaultInstance());
        var takenBack = maintenance.alarm(AlarmRequest.newBuilder()
                .setAction(AlarmRequest.AlarmAction.DEACTIVATE)
                .build());

        assertThat(got.getAlarmsList()).isEmpty();
        assertThat(takenBack.getAlarmsList()).isEmpty();
        var refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> maintenance.alarm(AlarmRequest.newBuilder()
                        .setAction(AlarmRequest.AlarmAction.ACTIVATE)
                        .build()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNIMPLEMENTED);
    }

    @Test
    void defragmentChangesNothing() {
        assertThat(maintenance
                        .defragment(DefragmentRequest.getDefaultInstance())
                        .getHeader()
                        .getRevision())
                .isEqualTo(revision());
    }

    @Test
    void theHashIsThatOfTheKeysAtARevision() {
        put("a", "1");
        HashKVResponse before = hashNow();
        assertThat(hashNow().getHash()).isEqualTo(before.getHash());
        put("a", "2");
        HashKVResponse after = hashNow();

        assertThat(before.getHashRevision()).isEqualTo(after.getHashRevision() - 1);
        assertThat(after.getHash()).isNotEqualTo(before.getHash());
        assertThat(hashAt(before.getHashRevision()).getHash()).isEqualTo(before.getHash());
        assertThat(maintenance.hash(HashRequest.getDefaultInstance()).getHash()).isEqualTo(after.getHash());
        assertRefused(EtcdError.FUTURE_REVISION, () -> hashAt(after.getHashRevision() + 1));
        assertThat(hashAt(after.getHashRevision()).getHash()).isEqualTo(after.getHash());
    }

    private HashKVResponse hashNow() {
        return hashAt(0);
    }

    private HashKVResponse hashAt(long revision) {
        return maintenance.hashKV(
                HashKVRequest.newBuilder().setRevision(revision).build());
    }

    @Test
    void aSnapshotIsACopyThatCanBeRestored() throws Exception {
        put("a", "1");
        Path file = Files.createTempFile(Path.of("target"), "copy-", ".skip");
        long sent = 0;
        try (OutputStream out = Files.newOutputStream(file)) {
            Iterator<SnapshotResponse> pieces = maintenance.snapshot(SnapshotRequest.getDefaultInstance());
            SnapshotResponse piece;
            do {
                piece = pieces.next();
                ByteString blob = piece.getBlob();
                blob.writeTo(out);
                sent += blob.size();
            } while (pieces.hasNext());
            assertThat(piece.getRemainingBytes()).isZero();
        }

        try (Artifact copy = Artifact.open(file)) {
            copy.verify((done, total) -> {});
            assertThat(Seal.sealedBytes(copy.lengthBytes())).isEqualTo(sent);
            byte[] whole = Files.readAllBytes(file);
            var sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(whole, 0, (int) copy.lengthBytes());
            assertThat(whole).endsWith(Seal.of(copy.lengthBytes(), sha256)).hasSizeLessThan((int) sent + 1);
            // What clients of etcd look at before they keep a file.
            assertThat(sent % 512).isEqualTo(32);
            assertThat(copy.manifest().contents().revision())
                    .isEqualTo(status.status().revision());
        }
        await().untilAsserted(() -> assertThat(downloads.underWay()).isZero());
    }

    @Test
    void aClientThatLeavesLetsGoOfItsSnapshot() {
        var context = io.grpc.Context.current().withCancellation();
        context.run(() -> assertThat(maintenance
                        .snapshot(SnapshotRequest.getDefaultInstance())
                        .hasNext())
                .isTrue());
        context.cancel(null);

        await().untilAsserted(() -> assertThat(downloads.underWay()).isZero());
    }

    @Test
    void theLeadGoesToAMember() {
        long self = EtcdIds.member(status.status().nodeId());

        var moved = maintenance.moveLeader(
                MoveLeaderRequest.newBuilder().setTargetID(self).build());

        assertThat(moved.getHeader().getMemberId()).isEqualTo(self);
        assertRefused(
                EtcdError.BAD_LEADER_TRANSFEREE,
                () -> maintenance.moveLeader(
                        MoveLeaderRequest.newBuilder().setTargetID(self + 1).build()));
    }
}
