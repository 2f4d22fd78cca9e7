package io.skipstone.consensus.install;

import io.skipstone.consensus.peer.PeerMethods;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactPart;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactRequest;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.Channel;
import org.apache.ratis.thirdparty.io.grpc.ClientCall;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** An artifact as it comes from another member, part by part; no more of them in memory than {@link #AHEAD}. One thread. */
final class PartStream implements ArtifactPeers.Parts {
    /** Parts that may come before the one before is dealt with. */
    private static final int AHEAD = 2;

    private final ClientCall<ArtifactRequest, ArtifactPart> call;

    /** Bounded by what is asked for, and the end behind it. */
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

    private sealed interface Event {
        record Part(ArtifactPart part) implements Event {}

        record End(Status status) implements Event {}
    }

    private PartStream(ClientCall<ArtifactRequest, ArtifactPart> call) {
        this.call = call;
    }

    static PartStream open(Channel channel, ArtifactRequest request) {
        var stream = new PartStream(channel.newCall(PeerMethods.FETCH_ARTIFACT, CallOptions.DEFAULT));
        stream.call.start(stream.listener(), new Metadata());
        stream.call.sendMessage(request);
        stream.call.halfClose();
        stream.call.request(AHEAD);
        return stream;
    }

    private ClientCall.Listener<ArtifactPart> listener() {
        return new ClientCall.Listener<>() {
            @Override
            public void onMessage(ArtifactPart part) {
                events.add(new Event.Part(part));
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                events.add(new Event.End(status));
            }
        };
    }

    @Override
    public ArtifactPart next(long waitMillis) throws SourceFailure, InterruptedException {
        @Nullable Event event = events.poll(waitMillis, TimeUnit.MILLISECONDS);
        return switch (event) {
            case null -> throw new SourceFailure("nothing came for " + waitMillis + " ms");
            case Event.Part(var part) -> {
                call.request(1);
                yield part;
            }
            case Event.End(var status) ->
                throw new SourceFailure(
                        status.isOk()
                                ? "the stream ended early"
                                : status.getCode()
                                        + (status.getDescription() == null ? "" : " " + status.getDescription()));
        };
    }

    /** Ends the transfer, whether all has come or not. */
    @Override
    public void close() {
        call.cancel("the receiver has what it needs, or goes elsewhere", null);
    }
}
