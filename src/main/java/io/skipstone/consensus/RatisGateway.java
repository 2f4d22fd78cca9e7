package io.skipstone.consensus;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * Hands requests to the Ratis server of this process, on one thread of its own: Ratis blocks the caller until the entry has its place.
 * What waits for the thread is bounded by the permits of the proposer, which are held until Ratis has answered.
 */
final class RatisGateway implements AutoCloseable {
    private final ClientId clientId;
    private final RaftServer server;
    private final RaftGroupId groupId;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("propose").daemon().factory());

    /**
     * @param clientId new for each start, so that call ids of an earlier one mean nothing
     */
    RatisGateway(ClientId clientId, RaftServer server, RaftGroupId groupId) {
        this.clientId = clientId;
        this.server = server;
        this.groupId = groupId;
    }

    /**
     * Proposes the entry. Never blocks.
     *
     * @param entry handed over without a copy, so that its timestamp can be stamped in place
     * @param onReply gets Ratis' reply or its failure
     * @throws RejectedExecutionException closed
     */
    void submit(long callId, byte[] entry, BiConsumer<@Nullable RaftClientReply, @Nullable Throwable> onReply) {
        var request = RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(server.getId())
                .setGroupId(groupId)
                .setCallId(callId)
                .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
                .setType(RaftClientRequest.writeRequestType())
                .build();
        run(() -> server.submitClientRequestAsync(request), onReply);
    }

    /** Asks for a snapshot, which is a pin. Never blocks. */
    void pin(long timeoutMillis, BiConsumer<@Nullable RaftClientReply, @Nullable Throwable> onReply) {
        var request = SnapshotManagementRequest.newCreate(clientId, server.getId(), groupId, 0, timeoutMillis, 1);
        run(() -> server.snapshotManagementAsync(request), onReply);
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private void run(Request request, BiConsumer<@Nullable RaftClientReply, @Nullable Throwable> onReply) {
        thread.execute(() -> {
            try {
                request.send().whenComplete(onReply);
            } catch (Exception refused) {
                onReply.accept(null, refused);
            }
        });
    }

    /** Sends to Ratis, which may refuse at once. */
    private interface Request {
        CompletionStage<RaftClientReply> send() throws Exception;
    }
}
