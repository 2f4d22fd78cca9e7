package io.skipstone.consensus.nativeimage;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import javax.net.ssl.SSLEngine;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBufAllocator;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.JdkApplicationProtocolNegotiator;

/** ALPN with the JDK's own TLS, the third of four ways of the original; the others are Conscrypt, Bouncy Castle and Jetty. */
@SuppressWarnings("deprecation")
@TargetClass(
        className = "org.apache.ratis.thirdparty.io.netty.handler.ssl.JdkAlpnApplicationProtocolNegotiator$AlpnWrapper")
final class AlpnOfTheJdk {
    @Substitute
    public SSLEngine wrapSslEngine(
            SSLEngine engine,
            ByteBufAllocator allocator,
            JdkApplicationProtocolNegotiator negotiator,
            boolean isServer) {
        Object wrapped = new AlpnEngine(engine, negotiator, isServer);
        return (SSLEngine) wrapped;
    }
}
