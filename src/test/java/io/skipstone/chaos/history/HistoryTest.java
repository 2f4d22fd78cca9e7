package io.skipstone.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    @TempDir
    private Path dir;

    @Test
    void isReadBackAsItWasWritten() throws Exception {
        Path file = dir.resolve("history");
        var action = new Action(
                "g",
                List.of(
                        new Guard.Exists("g/a", true),
                        new Guard.HasValue("g/a", "1"),
                        new Guard.HasVersion("g/a", 1),
                        new Guard.Unchanged("g/a", new Seen("1", 1, 1))),
                List.of(new Step.Put("g/a", "2"), new Step.Delete("g/b"), new Step.DeleteAll()),
                List.of(new Step.Get("g/a"), new Step.GetAll()));
        var answer = new Answer(
                false,
                List.of(
                        new Result.Got(List.of(new Seen("1", 1, 1))),
                        new Result.Listed(List.of(new Result.Row("g/a", new Seen("1", 1, 1)))),
                        new Result.Put(1),
                        new Result.Deleted(2)));
        var ok = operation(1, action, new Freshness.AtRevision(3), new Outcome.Ok(2, answer, new Facts.Told(3, 4)));
        var untold = operation(2, action, new Freshness.Local(), new Outcome.Ok(2, answer, new Facts.Untold()));
        var refused = operation(3, action, new Freshness.Linearizable(), new Outcome.Refused(2, "not_ready"));
        var unknown = operation(4, action, new Freshness.Linearizable(), new Outcome.Unknown(2, "timeout"));

        try (var history = new History(file)) {
            List.of(unknown, ok, untold, refused).forEach(history::add);
            assertThat(history.operations()).containsExactly(ok, untold, refused, unknown);
        }

        assertThat(History.read(file)).containsExactly(unknown, ok, untold, refused);
    }

    private static Operation operation(int id, Action action, Freshness freshness, Outcome outcome) {
        return new Operation(id, 7, "n1", action, freshness, 1, outcome);
    }
}
