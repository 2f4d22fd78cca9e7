package io.skipstone.consensus.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;

/** Holds the peer port while Ratis does not run yet. */
public final class PeerListener implements AutoCloseable {
    /** Answers that are on their way are sent within this. */
    private static final long GRACE_MILLIS = 2_000;

    private final Server server;

    private PeerListener(Server server) {
        this.server = server;
    }

    /** Throws when the port cannot be had. */
    public static PeerListener open(String host, int port, PeerHandler handler) throws IOException {
        Transport.ofTheJdk();
        return new PeerListener(PeerService.on(
                        NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
                                .maxInboundMessageSize(PeerMethods.MAX_MESSAGE_BYTES),
                        handler)
                .build()
                .start());
    }

    public int port() {
        return server.getPort();
    }

    /** Gives the port up. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
