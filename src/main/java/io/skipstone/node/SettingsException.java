package io.skipstone.node;

import java.util.List;

/** Settings that a node cannot start with; lists every problem. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SettingsException(List<String> problems) {
        super((problems.size() == 1 ? "1 setting is wrong:" : problems.size() + " settings are wrong:")
                + "\n  - "
                + String.join("\n  - ", problems));
    }
}
