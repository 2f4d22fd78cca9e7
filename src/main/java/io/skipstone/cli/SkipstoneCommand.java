package io.skipstone.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
        name = "skipstone",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        description = "A replicated, versioned key-value server, and the commands to work with it.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Keys and prefixes are UTF-8 text; \\xNN is any byte, \\\\ a backslash.",
            "",
            "Exit codes: 0 done; 1 key not found, compare failed, or records rejected; 2 usage; 3 the node says no;",
            "            4 the node cannot be reached. snapshot has more: skipstone snapshot --help"
        })
final class SkipstoneCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "which command?");
        }
    }
}
