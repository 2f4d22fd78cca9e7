package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.PeerAddress;
import io.skipstone.model.Position;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;

/** What a leader says to one follower, over a stream of its own. */
final class LeaderStream implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final AppendEntriesReplyProto NO_REPLY =
            AppendEntriesReplyProto.newBuilder().setResultValue(-1).build();

    private final ManagedChannel channel;
    private final RaftRpcRequestProto.Builder header;
    private final BlockingQueue<AppendEntriesReplyProto> replies = new LinkedBlockingQueue<>();
    private final StreamObserver<AppendEntriesRequestProto> stream;
    private long calls;

    LeaderStream(TestGroup group, String nodeId, TestNode follower) {
        PeerAddress address = group.addressOf(follower);
        channel = NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .build();
        header = RaftRpcRequestProto.newBuilder()
                .setRequestorId(ByteString.copyFromUtf8(group.memberId(nodeId).toString()))
                .setReplyId(ByteString.copyFromUtf8(
                        group.memberId(follower.status().nodeId()).toString()))
                .setRaftGroupId(RaftGroupIdProto.newBuilder()
                        .setId(RaftGroupId.valueOf(group.groupId()).toByteString()));
        stream = RaftServerProtocolServiceGrpc.newStub(channel).appendEntries(new StreamObserver<>() {
            @Override
            public void onNext(AppendEntriesReplyProto reply) {
                replies.add(reply);
            }

            @Override
            public void onError(Throwable failure) {
                replies.add(NO_REPLY);
            }

            @Override
            public void onCompleted() {}
        });
    }

    void send(AppendEntriesRequestProto.Builder request) {
        calls++;
        stream.onNext(request.setServerRequest(header.setCallId(calls)).build());
    }

    AppendResult ask(AppendEntriesRequestProto.Builder request) throws InterruptedException {
        send(request);
        return awaitReply();
    }

    AppendResult awaitReply() throws InterruptedException {
        return awaitWholeReply().getResult();
    }

    AppendEntriesReplyProto awaitWholeReply() throws InterruptedException {
        AppendEntriesReplyProto reply = replies.poll(PATIENCE.toSeconds(), SECONDS);
        assertThat(reply).as("answered").isNotNull();
        return reply;
    }

    /** As a candidate that is not elected, for its term is an old one. */
    RequestVoteReplyProto askForAVote(long term, Position last) {
        return RaftServerProtocolServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(PATIENCE.toSeconds(), SECONDS)
                .requestVote(RequestVoteRequestProto.newBuilder()
                        .setServerRequest(header)
                        .setCandidateTerm(term)
                        .setCandidateLastEntry(
                                TermIndexProto.newBuilder().setTerm(last.term()).setIndex(last.index()))
                        .build());
    }

    @Override
    public void close() {
        stream.onCompleted();
        channel.shutdownNow();
    }

    /** A heartbeat, or with entries more than that. */
    static AppendEntriesRequestProto.Builder request(long term, Position previous) {
        return AppendEntriesRequestProto.newBuilder()
                .setLeaderTerm(term)
                .setLeaderCommit(previous.index())
                .setPreviousLog(
                        TermIndexProto.newBuilder().setTerm(previous.term()).setIndex(previous.index()));
    }
}
