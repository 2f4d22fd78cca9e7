package io.skipstone.consensus.nativeimage;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.util.BouncyCastleUtil;

/** Keys are read with the JDK alone: Bouncy Castle is not there. */
@TargetClass(BouncyCastleUtil.class)
final class NoBouncyCastle {
    @Substitute
    static boolean isBcPkixAvailable() {
        return false;
    }
}
