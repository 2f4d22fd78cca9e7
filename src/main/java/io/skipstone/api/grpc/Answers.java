package io.skipstone.api.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.util.Timestamps;
import io.skipstone.api.grpc.v1.DeleteResponse;
import io.skipstone.api.grpc.v1.DeleteResult;
import io.skipstone.api.grpc.v1.Item;
import io.skipstone.api.grpc.v1.PutResult;
import io.skipstone.api.grpc.v1.ReadInfo;
import io.skipstone.command.Outcome.Committed;
import io.skipstone.command.Outcome.Result;
import io.skipstone.consensus.Reader.Answer;
import io.skipstone.model.Bytes;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Position;

/** Writes the parts of answers that several services share. */
final class Answers {
    private Answers() {}

    /** Without a copy: nobody changes the array of a {@code Bytes}. */
    static ByteString bytes(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array());
    }

    static Item item(KeyValue found) {
        var item = Item.newBuilder()
                .setKey(bytes(found.key().bytes()))
                .setValue(bytes(found.value()))
                .setCreateRevision(found.createRevision())
                .setModRevision(found.modRevision())
                .setVersion(found.version())
                .setCommitTs(found.commitTs().bits())
                .setLeaseId(found.leaseId());
        if (!found.expiresAt().isNone()) {
            item.setExpiresAt(Timestamps.fromMillis(found.expiresAt().millis()));
        }
        return item.build();
    }

    static ReadInfo read(Answer<?> answer) {
        var info = ReadInfo.newBuilder()
                .setRevision(answer.revision())
                .setReadTs(answer.moment().upTo().bits());
        answer.applied().ifPresent(applied -> info.setApplied(position(applied)));
        return info.build();
    }

    static io.skipstone.api.grpc.v1.Position position(Position position) {
        return io.skipstone.api.grpc.v1.Position.newBuilder()
                .setTerm(position.term())
                .setIndex(position.index())
                .build();
    }

    /** What one delete or prefix delete came to. */
    static DeleteResponse deleted(Committed committed) {
        return DeleteResponse.newBuilder()
                .setDeleted(((Result.Deleted) committed.results().getFirst()).count())
                .setRevision(committed.revision())
                .setCommitTs(committed.commitTs().bits())
                .build();
    }

    static PutResult put(Result.Put put) {
        return PutResult.newBuilder()
                .setVersion(put.version())
                .setCreated(put.version() == 1)
                .build();
    }

    static DeleteResult delete(Result.Deleted deleted) {
        return DeleteResult.newBuilder().setCount(deleted.count()).build();
    }
}
