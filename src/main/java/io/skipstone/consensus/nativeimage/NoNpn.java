package io.skipstone.consensus.nativeimage;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import javax.net.ssl.SSLEngine;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.JdkApplicationProtocolNegotiator;

/**
 * The predecessor of ALPN, which nobody speaks, needs Jetty.
 * <p>It is cut off here, at its end, so that {@code JdkSslContext.toNegotiator} stays the original and chooses ALPN as on the JVM.
 */
@SuppressWarnings({"deprecation", "DoNotCallSuggester"})
@TargetClass(className = "org.apache.ratis.thirdparty.io.netty.handler.ssl.JdkNpnApplicationProtocolNegotiator$1")
final class NoNpn {
    @Substitute
    public SSLEngine wrapSslEngine(SSLEngine engine, JdkApplicationProtocolNegotiator negotiator, boolean isServer) {
        throw new UnsupportedOperationException("NPN is not supported; use ALPN");
    }
}
