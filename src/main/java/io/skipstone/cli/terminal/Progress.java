package io.skipstone.cli.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * How far a long command has come: a bar that redraws itself on a terminal, a line now and then elsewhere. One thread.
 */
public final class Progress {
    private static final int BAR_CHARS = 30;
    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final Duration PLAIN_LINE = Duration.ofSeconds(5);

    private final PrintStream err;
    private final boolean interactive;
    private final String unit;
    private final LongSupplier nanoClock;
    private final long startNanos;
    private final long intervalNanos;
    private long shownNanos;
    private int shownChars;

    /**
     * @param unit what is counted, in the plural
     */
    public Progress(Terminal terminal, String unit) {
        this(terminal, unit, System::nanoTime);
    }

    Progress(Terminal terminal, String unit, LongSupplier nanoClock) {
        this.err = terminal.err();
        this.interactive = terminal.interactive();
        this.unit = unit;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
        this.shownNanos = startNanos;
        this.intervalNanos = (interactive ? REDRAW : PLAIN_LINE).toNanos();
    }

    /**
     * Shows the state if it is time to.
     *
     * @param part how much of the whole is done, 0 to 1, if the whole is known
     */
    public void update(long count, OptionalDouble part) {
        long now = nanoClock.getAsLong();
        if (now - shownNanos >= intervalNanos) {
            shownNanos = now;
            show(line(count, part, now));
        }
    }

    /** Clears the bar, so that something else can be printed. */
    public void clear() {
        if (interactive && shownChars > 0) {
            err.print("\r" + " ".repeat(shownChars) + "\r");
            err.flush();
            shownChars = 0;
        }
    }

    /** Units per second since the start. */
    public long ratePerSecond(long count) {
        return perSecond(count, nanoClock.getAsLong());
    }

    public Duration elapsed() {
        return Duration.ofNanos(nanoClock.getAsLong() - startNanos);
    }

    private String line(long count, OptionalDouble part, long now) {
        String counted = String.format(Locale.ROOT, "%,d %s, %,d/s", count, unit, perSecond(count, now));
        if (part.isEmpty()) {
            return counted;
        }
        double done = Math.clamp(part.getAsDouble(), 0.0, 1.0);
        String percent = String.format(Locale.ROOT, "%3d %%", (int) (done * 100));
        return (interactive ? bar(done) + " " : "") + percent + "  " + counted;
    }

    private void show(String line) {
        if (interactive) {
            String padding = " ".repeat(Math.max(0, shownChars - line.length()));
            err.print("\r" + line + padding);
            err.flush();
            shownChars = line.length();
        } else {
            err.println(line);
        }
    }

    private long perSecond(long count, long now) {
        long nanos = Math.max(1, now - startNanos);
        return (long) (count * 1e9 / nanos);
    }

    private static String bar(double done) {
        int filled = (int) (done * BAR_CHARS);
        return "[" + "#".repeat(filled) + "-".repeat(BAR_CHARS - filled) + "]";
    }
}
