package io.skipstone.model;

import java.util.function.BooleanSupplier;

/** Checks of what must always hold. A failure is a fault of the program or the disk, and stops the process. */
public final class Invariants {
    private static final boolean PARANOID = Boolean.getBoolean("skipstone.paranoid");

    private Invariants() {}

    /** Always on: for checks that cost a comparison. Each <code>{}</code> in the message takes the next value. */
    public static void check(boolean holds, String message, long... values) {
        if (!holds) {
            throw new InvariantViolation(format(message, values));
        }
    }

    /** On in tests only ({@code -Dskipstone.paranoid=true}): for checks that scan or recount. */
    public static void paranoid(BooleanSupplier holds, String message, long... values) {
        if (PARANOID) {
            check(holds.getAsBoolean(), message, values);
        }
    }

    private static String format(String message, long... values) {
        var text = new StringBuilder();
        int from = 0;
        for (long value : values) {
            int slot = message.indexOf("{}", from);
            if (slot < 0) {
                break;
            }
            text.append(message, from, slot).append(value);
            from = slot + 2;
        }
        return text.append(message.substring(from)).toString();
    }
}
