package io.skipstone.node;

import io.skipstone.consensus.FailStop;
import java.util.logging.Handler;
import org.jboss.logging.Logger;
import org.jboss.logmanager.LogContext;

/** Ends this process: no shutdown hook runs, so nothing more is written. */
final class ProcessFailStop implements FailStop {
    private static final Logger LOG = Logger.getLogger(ProcessFailStop.class);

    @Override
    public void halt(int exitCode, String reason, Throwable cause) {
        try {
            LOG.fatalf(cause, "fail-stop reason=\"%s\" exitCode=%d", reason, exitCode);
            for (Handler handler : LogContext.getLogContext().getLogger("").getHandlers()) {
                handler.flush();
            }
        } finally {
            Runtime.getRuntime().halt(exitCode);
        }
    }
}
