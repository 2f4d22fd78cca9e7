package io.skipstone.consensus.install;

import io.skipstone.consensus.peer.PeerChannels;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactPart;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactRequest;
import io.skipstone.model.PeerAddress;

/** Who sends artifacts. */
interface ArtifactPeers {
    /** Asks a member; never blocks. */
    Parts open(PeerAddress source, ArtifactRequest request) throws SourceFailure;

    /** What a member sends. One thread, but {@link #close} on any. */
    interface Parts extends AutoCloseable {
        /** Waits for the next part, no longer than this. */
        ArtifactPart next(long waitMillis) throws SourceFailure, InterruptedException;

        @Override
        void close();
    }

    /** Over the connections of this node. */
    static ArtifactPeers over(PeerChannels channels) {
        return (source, request) -> PartStream.open(channels.channel(source), request);
    }
}
