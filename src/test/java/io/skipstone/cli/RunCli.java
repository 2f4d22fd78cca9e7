package io.skipstone.cli;

/** The command line as a process of its own. */
public final class RunCli {
    private RunCli() {}

    /** Ends with the command's exit code. */
    public static void main(String... args) {
        System.exit(Cli.run(args));
    }
}
