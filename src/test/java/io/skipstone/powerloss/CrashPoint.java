package io.skipstone.powerloss;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * One moment at which power fails, and the seed of what survives.
 *
 * @param number as drawn
 * @param position so many records of the trace have been played
 */
record CrashPoint(int number, int position, long seed) {
    /** Making a store is a few records long, and happens once: one point in so many falls into the first records. */
    private static final int EARLY_ONE_IN = 5;

    private static final int EARLY_RECORDS = 80;

    /** The first {@code count} points that the seed draws, in the order of the trace. */
    static List<CrashPoint> draw(Trace trace, long seed, int count) {
        var random = new Random(seed);
        var points = new ArrayList<CrashPoint>();
        for (int number = 0; number < count; number++) {
            int records = trace.ops().size();
            if (number % EARLY_ONE_IN == 0) {
                records = Math.min(records, random.nextInt(EARLY_RECORDS));
            }
            points.add(new CrashPoint(number, random.nextInt(records + 1), random.nextLong()));
        }
        points.sort(Comparator.comparingInt(CrashPoint::position));
        return points;
    }
}
