package io.skipstone.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.skipstone.api.etcd.v3.CompactionRequest;
import io.skipstone.api.etcd.v3.DeleteRangeRequest;
import io.skipstone.api.etcd.v3.HashKVRequest;
import io.skipstone.api.etcd.v3.KVGrpc;
import io.skipstone.api.etcd.v3.LeaseGrantRequest;
import io.skipstone.api.etcd.v3.LeaseGrpc;
import io.skipstone.api.etcd.v3.LeaseKeepAliveRequest;
import io.skipstone.api.etcd.v3.LeaseKeepAliveResponse;
import io.skipstone.api.etcd.v3.LeaseLeasesRequest;
import io.skipstone.api.etcd.v3.LeaseLeasesResponse;
import io.skipstone.api.etcd.v3.LeaseRevokeRequest;
import io.skipstone.api.etcd.v3.LeaseStatus;
import io.skipstone.api.etcd.v3.LeaseTimeToLiveRequest;
import io.skipstone.api.etcd.v3.LeaseTimeToLiveResponse;
import io.skipstone.api.etcd.v3.MaintenanceGrpc;
import io.skipstone.api.etcd.v3.PutRequest;
import io.skipstone.api.etcd.v3.RangeRequest;
import io.skipstone.api.etcd.v3.ResponseHeader;
import io.skipstone.api.etcd.v3.TxnRequest;
import io.skipstone.api.etcd.v3.WatchGrpc;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One server, asked over etcd's API. What it answers comes back as text, without what differs between any two servers. */
final class Side implements AutoCloseable {
    private static final long CALL_SECONDS = 30;

    private final String name;
    private final ManagedChannel channel;

    Side(String name, String endpoint) {
        this.name = name;
        this.channel = ManagedChannelBuilder.forTarget(endpoint).usePlaintext().build();
    }

    String name() {
        return name;
    }

    WatchLog watch() {
        return new WatchLog(WatchGrpc.newStub(channel));
    }

    /** What came of a request: the response, or code and text of the error. */
    Answer ask(Message request) {
        try {
            return Answer.of(send(request));
        } catch (StatusRuntimeException refused) {
            return new Answer(
                    refused.getStatus().getCode() + ": " + refused.getStatus().getDescription(), 0);
        }
    }

    private Message send(Message request) {
        var kv = KVGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
        var lease = LeaseGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
        var maintenance = MaintenanceGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
        return switch (request) {
            case RangeRequest range -> kv.range(range);
            case PutRequest put -> kv.put(put);
            case DeleteRangeRequest delete -> kv.deleteRange(delete);
            case TxnRequest txn -> kv.txn(txn);
            case CompactionRequest compaction -> kv.compact(compaction);
            case LeaseGrantRequest grant -> lease.leaseGrant(grant);
            case LeaseRevokeRequest revoke -> lease.leaseRevoke(revoke);
            case LeaseTimeToLiveRequest ask -> lease.leaseTimeToLive(ask);
            case LeaseLeasesRequest list -> lease.leaseLeases(list);
            case LeaseKeepAliveRequest keepAlive -> keepAlive(keepAlive);
            case HashKVRequest hash -> maintenance.hashKV(hash);
            default -> throw new IllegalArgumentException("no call takes " + request.getClass());
        };
    }

    private Message keepAlive(LeaseKeepAliveRequest request) {
        BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
        StreamObserver<LeaseKeepAliveRequest> requests = LeaseGrpc.newStub(channel)
                .leaseKeepAlive(new StreamObserver<LeaseKeepAliveResponse>() {
                    @Override
                    public void onNext(LeaseKeepAliveResponse response) {
                        answers.add(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answers.add(failure);
                    }

                    @Override
                    public void onCompleted() {
                        answers.add(new TimeoutException("the stream has ended"));
                    }
                });
        requests.onNext(request);
        try {
            Object answer = answers.poll(CALL_SECONDS, TimeUnit.SECONDS);
            if (answer instanceof StatusRuntimeException refused) {
                throw refused;
            }
            if (!(answer instanceof Message response)) {
                throw new AssertionError("no answer to a keep-alive from " + name + ": " + answer);
            }
            requests.onCompleted();
            return response;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an answer", stopped);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /**
     * @param text to compare
     * @param revision of the header, 0 for an error
     */
    record Answer(String text, long revision) {
        private static final long NEAR_SECONDS = 120;

        static Answer of(Message response) {
            FieldDescriptor header = response.getDescriptorForType().findFieldByName("header");
            long revision = ((ResponseHeader) response.getField(header)).getRevision();
            return new Answer(textOf(response), revision);
        }

        static String textOf(Message message) {
            return TextFormat.printer().printToString(comparable(message));
        }

        /** Without ids and term, with a remaining time that is near the granted one made equal to it, and without an order where there is none. */
        private static Message comparable(Message message) {
            Message.Builder builder = message.toBuilder();
            message.getAllFields().forEach((field, value) -> {
                if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && field.isRepeated()) {
                    builder.clearField(field);
                    repeated(message, field).forEach(each -> builder.addRepeatedField(field, each));
                } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                    builder.setField(field, comparable((Message) value));
                }
            });
            return switch (builder) {
                case ResponseHeader.Builder header ->
                    header.clearClusterId().clearMemberId().clearRaftTerm().build();
                case LeaseTimeToLiveResponse.Builder lease -> timeToLive(lease);
                case LeaseLeasesResponse.Builder leases -> sorted(leases);
                default -> builder.build();
            };
        }

        private static List<Message> repeated(Message message, FieldDescriptor field) {
            List<Message> all = new ArrayList<>();
            for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                all.add(comparable((Message) message.getRepeatedField(field, i)));
            }
            return all;
        }

        private static Message timeToLive(LeaseTimeToLiveResponse.Builder lease) {
            var keys = new ArrayList<>(lease.getKeysList());
            keys.sort(Comparator.comparing(ByteString::toStringUtf8));
            lease.clearKeys().addAllKeys(keys);
            if (lease.getTTL() > 0 && lease.getGrantedTTL() - lease.getTTL() < NEAR_SECONDS) {
                lease.setTTL(lease.getGrantedTTL());
            }
            return lease.build();
        }

        private static Message sorted(LeaseLeasesResponse.Builder leases) {
            var all = new ArrayList<>(leases.getLeasesList());
            all.sort(Comparator.comparingLong(LeaseStatus::getID));
            return leases.clearLeases().addAllLeases(all).build();
        }
    }
}
