package io.skipstone.process;

import io.skipstone.model.Failpoint;
import io.skipstone.model.PassedBy;
import java.util.stream.Stream;

class InstallCrashIT {
    static Stream<Failpoint> points() {
        return PassedBy.all(PassedBy.AN_INSTALL, PassedBy.AN_EXCHANGE);
    }
}
