package io.skipstone.api.etcd;

import com.google.protobuf.ByteString;
import io.skipstone.api.etcd.v3.DeleteRangeRequest;
import io.skipstone.api.etcd.v3.KVGrpc;
import io.skipstone.api.etcd.v3.KeyValue;
import io.skipstone.api.etcd.v3.PutRequest;
import io.skipstone.api.etcd.v3.PutResponse;
import io.skipstone.api.etcd.v3.RangeRequest;
import io.skipstone.api.etcd.v3.RangeResponse;
import io.skipstone.api.grpc.v1.GrantLeaseRequest;
import io.skipstone.api.grpc.v1.LeaseGrpc;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of the key-value service have in common. */
abstract class KvTest extends EtcdTest {
    static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

    KVGrpc.KVBlockingStub kv;

    @BeforeEach
    void stub() {
        kv = KVGrpc.newBlockingStub(channel);
    }

    /** The end of the range that begins with {@code key(prefix)} and has every key with that beginning. */
    ByteString endOf(String prefix) {
        byte[] end = key(prefix).toByteArray();
        end[end.length - 1]++;
        return ByteString.copyFrom(end);
    }

    PutRequest.Builder putting(String name, String value) {
        return PutRequest.newBuilder().setKey(key(name)).setValue(text(value));
    }

    PutResponse write(String name, String value) {
        return kv.put(putting(name, value).build());
    }

    RangeRequest.Builder one(String name) {
        return RangeRequest.newBuilder().setKey(key(name));
    }

    /** All keys of this test that begin so. */
    RangeRequest.Builder prefix(String prefix) {
        return one(prefix).setRangeEnd(endOf(prefix));
    }

    DeleteRangeRequest.Builder deleting(String name) {
        return DeleteRangeRequest.newBuilder().setKey(key(name));
    }

    KeyValue get(String name) {
        return kv.range(one(name).build()).getKvs(0);
    }

    List<String> names(RangeResponse response) {
        return response.getKvsList().stream()
                .map(row -> row.getKey().toStringUtf8().substring(room.length()))
                .toList();
    }

    /** Over our own API, so that no test of this depends on another part of etcd's. */
    long grantLease() {
        return LeaseGrpc.newBlockingStub(channel)
                .grant(GrantLeaseRequest.newBuilder().setTtlSeconds(3600).build())
                .getId();
    }
}
