package io.skipstone.cli.terminal;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;

/**
 * The streams of one command.
 *
 * @param out results only, so that they can be piped on
 * @param err progress, warnings, errors
 * @param interactive whether a person watches {@code err}: progress may then redraw its line
 */
public record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive) {
    /** The streams of this process. */
    @SuppressWarnings("SystemConsoleNull") // NullAway goes by the declaration, which allows null
    public static Terminal system() {
        Console console = System.console();
        return new Terminal(System.in, System.out, System.err, console != null && console.isTerminal());
    }
}
