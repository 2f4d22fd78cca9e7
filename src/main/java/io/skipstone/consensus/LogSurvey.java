package io.skipstone.consensus;

import io.skipstone.snapshot.LogExtent;
import io.skipstone.snapshot.LogFlaw;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Goes through the segments in order and keeps the longest run of entries that ends with the last one. */
final class LogSurvey {
    private long start = -1;
    private long end = -1;

    /** Index that the next segment should begin with; -1 before the first. */
    private long next = -1;

    private boolean openSeen;
    private Optional<LogFlaw> front = Optional.empty();
    private Optional<LogFlaw> tail = Optional.empty();

    private LogSurvey() {}

    /**
     * Reads all of the log; Ratis does the same next.
     *
     * @param segments in the order of their first entries
     */
    static LogExtent of(List<SegmentName> segments, boolean hasVote, boolean hadEntries) throws IOException {
        var survey = new LogSurvey();
        for (SegmentName segment : segments) {
            survey.add(segment);
        }
        return new LogExtent(survey.start, survey.end, hasVote, hadEntries, survey.front, survey.tail);
    }

    private void add(SegmentName segment) throws IOException {
        SegmentScan.Found found = SegmentScan.read(segment);
        if (segment.isOpen() && found.entries() == 0 && found.isSound()) {
            // Made and never written to: Ratis deletes it.
            return;
        }
        if (openSeen || segment.start() < next) {
            // Ratis closes a segment before it opens another, and no entry is in two.
            forget(flaw(segment, found, segment.start(), LogFlaw.UNKNOWN, "a segment that overlaps the one before"));
            return;
        }
        if (next >= 0 && segment.start() > next) {
            forget(flaw(segment, found, next, segment.start() - 1, "a gap before the segment"));
        }
        openSeen = segment.isOpen();
        keep(segment, found);
    }

    private void keep(SegmentName segment, SegmentScan.Found found) throws IOException {
        next = segment.start() + found.entries();
        if (found.entries() > 0) {
            start = start < 0 ? segment.start() : start;
            end = next - 1;
        }
        if (segment.isOpen()) {
            tail = found.isSound() ? Optional.empty() : Optional.of(TailJudge.judge(segment, found));
        } else if (found.entries() < segment.maxEntries()) {
            // Forced before it got its name: whatever is wrong here was right once.
            String what = found.isSound() ? "a segment that ends too early" : "a bad record";
            forget(flaw(segment, found, next, segment.end().orElseThrow(), what));
        }
    }

    private static LogFlaw flaw(SegmentName segment, SegmentScan.Found found, long from, long through, String what) {
        long bytes = found.fileBytes() - found.soundBytes();
        return new LogFlaw(segment.text(), found.soundBytes(), bytes, from, through, false, what);
    }

    /** What was read so far cannot be used: something is missing behind it. */
    private void forget(LogFlaw flaw) {
        front = Optional.of(flaw);
        start = -1;
        end = -1;
        next = flaw.through() == LogFlaw.UNKNOWN ? flaw.through() : flaw.through() + 1;
    }
}
