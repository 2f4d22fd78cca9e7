package io.skipstone.consensus.nativeimage;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import org.apache.ratis.thirdparty.io.netty.util.internal.logging.InternalLoggerFactory;
import org.apache.ratis.thirdparty.io.netty.util.internal.logging.Slf4JLoggerFactory;

/** Logs through slf4j, as on the JVM; the original would go on to Log4j, which is not there. */
@TargetClass(InternalLoggerFactory.class)
final class NettyLogging {
    @Substitute
    static InternalLoggerFactory newDefaultFactory(String name) {
        return Slf4JLoggerFactory.INSTANCE;
    }
}
