package io.skipstone.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;

/**
 * The streams of one command.
 *
 * @param out results only, so that they can be piped on
 * @param err progress, warnings, errors
 * @param interactive whether a person watches {@code err}: progress may then redraw its line
 */
public record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive) {
    private static final int MAX_ANSWER_CHARS = 80;

    /** The streams of this process. */
    @SuppressWarnings("SystemConsoleNull") // NullAway goes by the declaration, which allows null
    public static Terminal system() {
        Console console = System.console();
        return new Terminal(System.in, System.out, System.err, console != null && console.isTerminal());
    }

    /**
     * Asks a person, who answers {@code y} or {@code yes}; anything else, and the end of the input, is no.
     *
     * @throws IOException the input cannot be read
     */
    public boolean confirm(String question) throws IOException {
        err.print(question + " [y/N] ");
        err.flush();
        String answer = line().strip().toLowerCase(Locale.ROOT);
        return answer.equals("y") || answer.equals("yes");
    }

    /** The first line, of what a person would type; not more, for the rest may be meant for others. */
    private String line() throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n' && line.length() < MAX_ANSWER_CHARS; next = in.read()) {
            line.append((char) next);
        }
        return line.toString();
    }
}
