package io.skipstone.chaos.check;

import io.skipstone.chaos.check.Anomaly.Rule;
import io.skipstone.chaos.history.Commit;
import io.skipstone.chaos.history.Seen;
import java.util.ArrayList;
import java.util.List;

/** What must hold of a store's revisions whoever asked for them. */
final class CommitOrder {
    private final List<Commit> commits;
    private final Timeline timeline;
    private final List<Anomaly> anomalies = new ArrayList<>();

    CommitOrder(List<Commit> commits, Timeline timeline) {
        this.commits = commits;
        this.timeline = timeline;
    }

    List<Anomaly> check() {
        long revision = 0;
        long timestamp = 0;
        for (Commit commit : commits) {
            if (commit.revision() != revision + 1) {
                report(Rule.REVISIONS_ARE_DENSE, "revision " + revision + " is followed by " + commit.revision());
            }
            if (commit.timestamp() <= timestamp) {
                report(
                        Rule.COMMIT_TIMESTAMPS_ASCEND,
                        "revision " + commit.revision() + " is of " + commit.timestamp() + ", the one before of "
                                + timestamp);
            }
            revision = commit.revision();
            timestamp = commit.timestamp();
            commit.writes().forEach((key, written) -> written.forEach(seen -> checkVersion(commit, key, seen)));
        }
        return anomalies;
    }

    private void checkVersion(Commit commit, String key, Seen seen) {
        long before = timeline.before(key, commit.revision()).map(Seen::version).orElse(0L);
        if (seen.version() != before + 1 || seen.modRevision() != commit.revision()) {
            report(Rule.VERSIONS_COUNT_WRITES, key + " has version " + before + ", then " + commit);
        }
    }

    private void report(Rule rule, String detail) {
        anomalies.add(new Anomaly(rule, detail, List.of()));
    }
}
