package io.skipstone.consensus.peer;

/** How bytes reach the peer port. */
public final class Transport {
    private static final String NO_NATIVE = "org.apache.ratis.thirdparty.io.netty.transport.noNative";

    private Transport() {}

    /**
     * The JDK's sockets, for Ratis' calls and ours. Netty's own are one more library, unpacked into the temporary directory at each
     * start, for a port that carries few large messages.
     */
    public static void ofTheJdk() {
        System.setProperty(NO_NATIVE, "true");
    }
}
