package io.skipstone.consensus;

import io.skipstone.model.Member;
import io.skipstone.model.MemberId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * Hands requests to the Ratis server of this process, on one thread of its own: Ratis blocks the caller until the entry has its place.
 * What waits for the thread is bounded by the permits of the proposer, which are held until Ratis has answered.
 */
final class RatisGateway implements AutoCloseable {
    /** Longer than an election takes, and shorter than a client waits. */
    static final long TRANSFER_TIMEOUT_MILLIS = 3_000;

    private final AtomicLong adminCallIds = new AtomicLong();
    private final ClientId clientId;
    private final RaftServer server;
    private final RaftGroupId groupId;

    /** The server's part for this group, which takes requests without another thread in between. */
    private final RaftClientAsynchronousProtocol division;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("propose").daemon().factory());

    /**
     * @param clientId new for each start, so that call ids of an earlier one mean nothing
     */
    RatisGateway(ClientId clientId, RaftServer server, RaftGroupId groupId) throws IOException {
        this.clientId = clientId;
        this.server = server;
        this.groupId = groupId;
        this.division = (RaftClientAsynchronousProtocol) server.getDivision(groupId);
    }

    /**
     * Runs this on the thread that asks Ratis. Never blocks.
     *
     * @throws RejectedExecutionException closed
     */
    void call(Runnable work) {
        thread.execute(work);
    }

    /**
     * Proposes the entry. On the thread that asks Ratis.
     *
     * @param entry handed over without a copy, so that its timestamps can be stamped in place
     * @param onReply gets Ratis' reply or its failure
     */
    void propose(long callId, byte[] entry, BiConsumer<@Nullable RaftClientReply, @Nullable Throwable> onReply) {
        var request = RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(server.getId())
                .setGroupId(groupId)
                .setCallId(callId)
                .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
                .setType(RaftClientRequest.writeRequestType())
                .build();
        ask(() -> division.submitClientRequestAsync(request), onReply);
    }

    /** Asks for a snapshot, which is a pin. Never blocks. */
    void pin(long timeoutMillis, BiConsumer<@Nullable RaftClientReply, @Nullable Throwable> onReply) {
        var request = SnapshotManagementRequest.newCreate(clientId, server.getId(), groupId, 0, timeoutMillis, 1);
        run(() -> server.snapshotManagementAsync(request), onReply);
    }

    /** Asks for a change of the configuration from exactly these members to those. Never blocks. */
    void setMembers(
            List<Member> from, List<Member> to, BiConsumer<@Nullable RaftClientReply, @Nullable Throwable> onReply) {
        var arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(peers(from, Member.Role.VOTER))
                .setListenersInCurrentConf(peers(from, Member.Role.LEARNER))
                .setServersInNewConf(peers(to, Member.Role.VOTER))
                .setListenersInNewConf(peers(to, Member.Role.LEARNER))
                .build();
        var request = new SetConfigurationRequest(
                clientId, server.getId(), groupId, adminCallIds.incrementAndGet(), arguments);
        run(() -> server.setConfigurationAsync(request), onReply);
    }

    /** Asks to hand the lead over, within {@link #TRANSFER_TIMEOUT_MILLIS}; meanwhile nothing is proposed. Never blocks. */
    void transferLeadership(MemberId to, BiConsumer<@Nullable RaftClientReply, @Nullable Throwable> onReply) {
        var request = new TransferLeadershipRequest(
                clientId,
                server.getId(),
                groupId,
                adminCallIds.incrementAndGet(),
                RaftPeerId.valueOf(to.toString()),
                TRANSFER_TIMEOUT_MILLIS);
        run(() -> server.transferLeadershipAsync(request), onReply);
    }

    /** Asks to give the lead up to whoever is elected next, which may be this node. Never blocks. */
    void stepDown(BiConsumer<@Nullable RaftClientReply, @Nullable Throwable> onReply) {
        var request = new TransferLeadershipRequest(
                clientId, server.getId(), groupId, adminCallIds.incrementAndGet(), null, TRANSFER_TIMEOUT_MILLIS);
        run(() -> server.transferLeadershipAsync(request), onReply);
    }

    private static List<RaftPeer> peers(List<Member> members, Member.Role role) {
        return members.stream()
                .filter(member -> member.role() == role)
                .map(member -> RaftPeer.newBuilder()
                        .setId(member.id().toString())
                        .setAddress(member.address().authority())
                        .setStartupRole(GroupView.raftRole(role))
                        .build())
                .toList();
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private void run(Request request, BiConsumer<@Nullable RaftClientReply, @Nullable Throwable> onReply) {
        thread.execute(() -> ask(request, onReply));
    }

    private static void ask(Request request, BiConsumer<@Nullable RaftClientReply, @Nullable Throwable> onReply) {
        try {
            request.send().whenComplete(onReply);
        } catch (Exception refused) {
            onReply.accept(null, refused);
        }
    }

    /** Sends to Ratis, which may refuse at once. */
    private interface Request {
        CompletionStage<RaftClientReply> send() throws Exception;
    }
}
