package io.skipstone.consensus.nativeimage;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelHandlerContext;

/** Members speak to each other directly: Netty's proxy module is not there. */
@SuppressWarnings("DoNotCallSuggester")
@TargetClass(
        className = "org.apache.ratis.thirdparty.io.grpc.netty.ProtocolNegotiators$ProxyProtocolNegotiationHandler")
final class NoProxy {
    @Substitute
    void protocolNegotiationEventTriggered(ChannelHandlerContext context) {
        throw new UnsupportedOperationException("peers cannot be reached through a proxy; unset https.proxyHost");
    }

    @Substitute
    void userEventTriggered0(ChannelHandlerContext context, Object event) {
        throw new UnsupportedOperationException("peers cannot be reached through a proxy; unset https.proxyHost");
    }
}
