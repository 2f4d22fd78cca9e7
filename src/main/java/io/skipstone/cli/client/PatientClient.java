package io.skipstone.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Repeats a request that met an overloaded, starting or restarting node, within bounds.
 *
 * <p>Only for requests that carry an idempotency key or are harmless to repeat: an attempt without an answer may have taken effect.
 */
public final class PatientClient {
    private final NodeClient client;
    private final Backoff backoff;

    public PatientClient(NodeClient client, Backoff backoff) {
        this.client = client;
        this.backoff = backoff;
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
            rest(pause.get());
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
            return new Answered(client.exchange(request));
        } catch (IOException noAnswer) {
            return new Unanswered(noAnswer);
        }
    }

    private static void rest(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CliFailure(CliFailure.REFUSED, "stopped while waiting for the node", stopped);
        }
    }

    /** What one attempt came to. */
    private sealed interface Attempt {
        boolean isFinal();

        Optional<Duration> askedPause();

        Reply orThrow(NodeClient client);
    }

    private record Answered(Reply reply) implements Attempt {
        @Override
        public boolean isFinal() {
            return reply.isSuccess() || !Problem.of(reply).worthRepeating();
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

    private record Unanswered(IOException cause) implements Attempt {
        @Override
        public boolean isFinal() {
            return Thread.currentThread().isInterrupted();
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
