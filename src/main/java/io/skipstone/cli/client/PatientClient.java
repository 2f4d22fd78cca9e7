package io.skipstone.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Repeats a request that met an overloaded, starting or restarting node, within bounds.
 *
 * <p>An attempt without an answer may have taken effect: see {@link Repeats}.
 */
public final class PatientClient {
    private final NodeClient client;
    private final Backoff backoff;
    private final Repeats repeats;

    /** For requests that carry an idempotency key or are harmless to repeat. */
    public PatientClient(NodeClient client, Backoff backoff) {
        this(client, backoff, Repeats.WHATEVER_HAPPENED);
    }

    public PatientClient(NodeClient client, Backoff backoff, Repeats repeats) {
        this.client = client;
        this.backoff = backoff;
        this.repeats = repeats;
    }

    /** Which attempts are followed by another one. */
    public enum Repeats {
        /** Also those whose outcome is unknown. */
        WHATEVER_HAPPENED,
        /** Only those that are known to have changed nothing. */
        WHAT_CHANGED_NOTHING
    }

    /**
     * The first answer that is not "later"; the last one when patience ends.
     *
     * @throws CliFailure no answer at all within the patience given
     */
    public Reply ask(Request request) {
        Backoff.Pauses pauses = backoff.pauses(RandomGenerator.getDefault());
        while (true) {
            Attempt attempt = attempt(request);
            if (attempt.isFinal()) {
                return attempt.orThrow(client);
            }
            Optional<Duration> pause = pauses.next(attempt.askedPause());
            if (pause.isEmpty()) {
                return attempt.orThrow(client);
            }
            Pause.rest(pause.get());
        }
    }

    /**
     * The JSON of the answer, if the node did what was asked.
     *
     * @throws CliFailure the node refused or cannot be reached
     */
    public JsonNode demandJson(Request request) {
        Reply reply = ask(request);
        if (!reply.isSuccess()) {
            throw Problem.of(reply).toFailure();
        }
        return reply.json();
    }

    private Attempt attempt(Request request) {
        try {
            return new Answered(client.exchange(request), repeats);
        } catch (IOException noAnswer) {
            return new Unanswered(noAnswer, repeats);
        }
    }

    /** What one attempt came to. */
    private sealed interface Attempt {
        boolean isFinal();

        Optional<Duration> askedPause();

        Reply orThrow(NodeClient client);
    }

    private record Answered(Reply reply, Repeats repeats) implements Attempt {
        @Override
        public boolean isFinal() {
            if (reply.isSuccess()) {
                return true;
            }
            var problem = Problem.of(reply);
            return switch (repeats) {
                case WHATEVER_HAPPENED -> !problem.worthRepeating();
                case WHAT_CHANGED_NOTHING -> !problem.retryable();
            };
        }

        @Override
        public Optional<Duration> askedPause() {
            return reply.header("Retry-After").flatMap(Answered::seconds);
        }

        @Override
        public Reply orThrow(NodeClient client) {
            return reply;
        }

        private static Optional<Duration> seconds(String text) {
            // The other form, a date, is one that nodes do not send.
            boolean isNumber =
                    !text.isEmpty() && text.length() <= 6 && text.chars().allMatch(Character::isDigit);
            return isNumber ? Optional.of(Duration.ofSeconds(Long.parseLong(text))) : Optional.empty();
        }
    }

    private record Unanswered(IOException cause, Repeats repeats) implements Attempt {
        @Override
        public boolean isFinal() {
            boolean mayBeRepeated = repeats == Repeats.WHATEVER_HAPPENED || NodeClient.wasNeverSent(cause);
            return Thread.currentThread().isInterrupted() || !mayBeRepeated;
        }

        @Override
        public Optional<Duration> askedPause() {
            return Optional.empty();
        }

        @Override
        public Reply orThrow(NodeClient client) {
            throw client.unreachable(cause);
        }
    }
}
