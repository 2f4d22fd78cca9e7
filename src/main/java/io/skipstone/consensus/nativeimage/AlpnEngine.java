package io.skipstone.consensus.nativeimage;

import com.oracle.svm.core.annotate.Alias;
import com.oracle.svm.core.annotate.TargetClass;
import javax.net.ssl.SSLEngine;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.JdkApplicationProtocolNegotiator;

/** A name for Netty's engine, which is private to its package. */
@SuppressWarnings("deprecation")
@TargetClass(className = "org.apache.ratis.thirdparty.io.netty.handler.ssl.JdkAlpnSslEngine")
final class AlpnEngine {
    @Alias
    AlpnEngine(SSLEngine engine, JdkApplicationProtocolNegotiator negotiator, boolean isServer) {}
}
