package io.skipstone.powerloss;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Says what must be true after a power loss; told what the workload was promised until then. */
public interface CrashCheck {
    /** The workload said this before the crash. In the order of the trace. */
    void mark(String text);

    /**
     * Looks at the directory as power came back; may change it.
     *
     * @param point number of the crash point, for what is done at a few of them only
     * @return what is wrong
     */
    Optional<String> violation(Path root, int point) throws Exception;

    /** Makes the check; its class name and arguments travel to a process of its own. */
    interface Maker {
        /**
         * A check of one trace, told its marks from the beginning.
         *
         * @param work a directory of this process alone
         */
        CrashCheck make(Path work, List<String> arguments) throws Exception;
    }
}
