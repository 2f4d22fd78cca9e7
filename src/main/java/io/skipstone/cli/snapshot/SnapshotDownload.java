package io.skipstone.cli.snapshot;

import io.skipstone.cli.client.Backoff;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.StreamedReply;
import io.skipstone.snapshot.ArtifactException;
import io.skipstone.snapshot.ArtifactReceiver;
import io.skipstone.snapshot.CopyProgress;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Fetches a snapshot into a file; goes on where a connection broke or a chunk came damaged, as long as that leads anywhere. */
final class SnapshotDownload {
    /** Pauses without a byte of progress between them are at most this, together. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2), PATIENCE);

    /** A chunk that comes damaged again and again is damaged at its source. */
    private static final int MAX_DAMAGED = 3;

    private final RemoteSnapshot snapshot;
    private final ArtifactReceiver receiver;
    private final CopyProgress progress;
    private final StopSignal stop;
    private Backoff.Pauses pauses = BACKOFF.pauses(RandomGenerator.getDefault());
    private int damaged;

    SnapshotDownload(RemoteSnapshot snapshot, ArtifactReceiver receiver, CopyProgress progress, StopSignal stop) {
        this.snapshot = snapshot;
        this.receiver = receiver;
        this.progress = progress;
        this.stop = stop;
    }

    /** Returns when all of it is there. */
    void run() {
        while (!receiver.isComplete()) {
            try (StreamedReply reply = snapshot.from(receiver.nextByte())) {
                receive(new BufferedInputStream(reply.body()));
            } catch (ArtifactException refused) {
                againOrThrow(refused);
            } catch (IOException broken) {
                restOrGiveUp(broken);
            }
        }
    }

    private void receive(InputStream stream) throws IOException {
        while (!receiver.isComplete()) {
            receiver.receiveNext(stream);
            damaged = 0;
            pauses = BACKOFF.pauses(RandomGenerator.getDefault());
            stop.check();
            progress.at(receiver.nextByte(), snapshot.lengthBytes());
        }
    }

    private void againOrThrow(ArtifactException refused) {
        damaged++;
        if (refused.kind() != ArtifactException.Kind.DAMAGED || damaged >= MAX_DAMAGED) {
            throw refused;
        }
    }

    private void restOrGiveUp(IOException broken) {
        Optional<Duration> pause = pauses.next(Optional.empty());
        if (pause.isEmpty()) {
            throw new CliFailure(
                    CliFailure.UNREACHABLE,
                    "the download broke after " + receiver.nextByte() + " of " + snapshot.lengthBytes() + " bytes, and "
                            + PATIENCE.toSeconds() + " s of repeating did not help (" + broken.getMessage()
                            + "); run the command again",
                    broken);
        }
        stop.rest(pause.get());
    }
}
