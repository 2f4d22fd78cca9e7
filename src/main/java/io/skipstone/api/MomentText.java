package io.skipstone.api;

import io.skipstone.model.ReadAt;
import io.skipstone.model.ReadAt.AtRevision;
import io.skipstone.model.ReadAt.AtTimestamp;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.Timestamp;
import io.skipstone.watch.WatchFrom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** The moments that {@code at} may name. */
public final class MomentText {
    private MomentText() {}

    /** Reads {@code ts:<n>}, {@code rev:<n>} or an RFC 3339 time. */
    public static ReadAt parse(String text) {
        if (text.startsWith("ts:")) {
            return timestamp(Numbers.parse(text.substring(3), () -> bad("after ts: comes a timestamp from 1")));
        }
        if (text.startsWith("rev:")) {
            return revision(Numbers.parse(text.substring(4), () -> bad("after rev: comes a revision from 0")));
        }
        if (!text.isEmpty() && text.chars().allMatch(Character::isDigit)) {
            throw bad("a bare number could be a timestamp or a revision: write ts:<n> or rev:<n>");
        }
        try {
            return time(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException notATime) {
            throw bad("expected ts:<n>, rev:<n> or an RFC 3339 time such as 2026-01-31T12:00:00Z"
                    + " (in a query a plus sign is written %2B)");
        }
    }

    /** The same moments, as the first that a watch is told of: a time is the beginning of its millisecond. */
    public static WatchFrom parseFrom(String text) {
        return switch (parse(text)) {
            case AtRevision(var revision) -> new WatchFrom.Revision(revision);
            case AtTimestamp at when text.startsWith("ts:") -> new WatchFrom.Time(at.timestamp(), 0);
            case AtTimestamp time -> from(time);
            case ReadAt.Latest _, ReadAt.AtMoment _ -> throw bad("expected ts:<n>, rev:<n> or an RFC 3339 time");
        };
    }

    /** The first change in the millisecond of a time, or after it. */
    public static WatchFrom from(AtTimestamp time) {
        return new WatchFrom.Time(Timestamp.ofMillis(time.timestamp().millis()).max(Timestamp.FIRST), 0);
    }

    /** A commit or read timestamp, from 1. */
    public static AtTimestamp timestamp(long bits) {
        if (bits <= 0) {
            throw bad("a timestamp lies between 1 and " + Long.MAX_VALUE);
        }
        return new AtTimestamp(new Timestamp(bits));
    }

    public static AtRevision revision(long revision) {
        if (revision < 0) {
            throw bad("a revision lies between 0 and " + Long.MAX_VALUE);
        }
        return new AtRevision(revision);
    }

    /** Everything committed up to the end of that millisecond. */
    public static AtTimestamp time(Instant time) {
        if (time.isBefore(Instant.EPOCH) || time.isAfter(Instant.ofEpochMilli(Timestamp.MAX_MILLIS))) {
            throw bad("the time lies outside of what a timestamp can hold, 1970 to 6429");
        }
        return new AtTimestamp(Timestamp.endOfMillis(time.toEpochMilli()));
    }

    private static BadRequest bad(String message) {
        return new BadRequest("bad_at", message);
    }
}
