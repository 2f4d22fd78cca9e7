package io.skipstone.cli.transfer;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.PatientClient;
import io.skipstone.cli.terminal.Progress;
import io.skipstone.cli.terminal.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Reads an input on one thread and writes its batches from several, and keeps account of how far everything is done.
 *
 * <p>The account on disk lags behind the truth and never runs ahead: a resumed import may write a few records again with the values
 * they have, and leaves none out.
 */
final class Importer {
    private static final Duration SAVE_EVERY = Duration.ofMillis(500);

    private final ImportPlan plan;
    private final Terminal terminal;
    private final BatchSender sender;
    private final Progress progress;
    private final Optional<StateFile> stateFile;
    private final InFlight inFlight;
    private ImportState state;
    private long expired;
    private long revision;
    private long savedNanos = System.nanoTime();
    private @Nullable CliFailure failure;

    Importer(ImportPlan plan, PatientClient client, Terminal terminal) throws IOException {
        this.plan = plan;
        this.terminal = terminal;
        this.sender = new BatchSender(client, System::currentTimeMillis);
        this.progress = new Progress(terminal, "records");
        this.stateFile = plan.stateFile().map(StateFile::new);
        this.inFlight = new InFlight(plan.parallel());
        this.state = loadState();
    }

    /**
     * Imports what is left of the input.
     *
     * @throws CliFailure the import stopped; what is done is in the state file, and the same command goes on from there
     */
    ImportReport run(RecordReader reader, CountingInput input) throws IOException {
        var batches = new BatchReader(reader, plan.batchRecords(), ImportPlan.MAX_BATCH_BYTES, this::report);
        long resumedBehind = state.lastNumber();
        long importedBefore = state.imported();
        skipDone(batches);
        save();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            pump(batches, input, new ExecutorCompletionService<>(threads));
        } finally {
            progress.clear();
            save();
        }
        if (failure != null) {
            throw failure;
        }
        if (stateFile.isPresent()) {
            stateFile.get().delete();
        }
        return new ImportReport(
                resumedBehind,
                state.imported(),
                state.rejected(),
                expired,
                state.imported() - importedBefore,
                revision);
    }

    private void pump(BatchReader batches, CountingInput input, CompletionService<Answer> answers) throws IOException {
        Optional<Batch> next = read(batches);
        while ((next.isPresent() && failure == null) || inFlight.awaitsAnswer()) {
            if (next.isPresent() && failure == null && inFlight.admits(next.get())) {
                send(next.get(), answers);
                next = read(batches);
            } else {
                settle(take(answers));
                progress.update(state.imported(), part(input));
            }
        }
    }

    /** The next batch; none behind a failure. */
    private Optional<Batch> read(BatchReader batches) throws IOException {
        try {
            return failure == null ? batches.next() : Optional.empty();
        } catch (CliFailure stop) {
            failure = stop;
            return Optional.empty();
        }
    }

    private void send(Batch batch, CompletionService<Answer> answers) {
        inFlight.sent(batch);
        answers.submit(() -> {
            try {
                return new Written(batch, sender.send(batch));
            } catch (CliFailure refused) {
                return new Refused(refused);
            }
        });
    }

    private void settle(Answer answer) throws IOException {
        switch (answer) {
            case Refused(var refused) -> fail(refused);
            case Written(var batch, var result) -> written(batch, result);
        }
        for (var settled = inFlight.pollSettled(); settled.isPresent(); settled = inFlight.pollSettled()) {
            state = state.plus(settled.get().batch(), settled.get().result());
            expired += settled.get().result().expired();
            revision = Math.max(revision, settled.get().result().revision());
        }
        if (System.nanoTime() - savedNanos >= SAVE_EVERY.toNanos()) {
            save();
        }
    }

    private void skipDone(BatchReader batches) throws IOException {
        if (!batches.skip(state)) {
            throw new CliFailure(
                    CliFailure.REFUSED,
                    "the first " + state.lastNumber()
                            + " records are not those imported before (another file, format or key"
                            + " template?); start over with --restart");
        }
        if (state.lastNumber() > 0) {
            terminal.err().println("going on behind " + plan.itemName() + " " + state.lastNumber());
        }
    }

    private void report(InputItem.Bad bad) {
        progress.clear();
        String message = plan.itemName() + " " + bad.number() + ": " + bad.reason();
        if (plan.stopOnError()) {
            throw new CliFailure(
                    CliFailure.NOT_FOUND, message + "\nstopped there; mend it and repeat the command to go on");
        }
        terminal.err().println(message);
    }

    private void written(Batch batch, BatchResult result) {
        try {
            result.rejections().forEach(this::report);
            inFlight.answered(batch, result);
        } catch (CliFailure stop) {
            fail(stop);
        }
    }

    private void fail(CliFailure first) {
        failure = failure == null ? first : failure;
        inFlight.failed();
    }

    private ImportState loadState() throws IOException {
        Optional<ImportState> saved =
                stateFile.isPresent() && !plan.restart() ? stateFile.get().load() : Optional.empty();
        return saved.orElseGet(ImportState::start);
    }

    private void save() throws IOException {
        savedNanos = System.nanoTime();
        if (stateFile.isPresent()) {
            stateFile.get().save(state);
        }
    }

    private OptionalDouble part(CountingInput input) {
        return plan.inputBytes().isPresent()
                ? OptionalDouble.of(
                        (double) input.bytesRead() / plan.inputBytes().getAsLong())
                : OptionalDouble.empty();
    }

    private static Answer take(CompletionService<Answer> answers) {
        try {
            return answers.take().get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CliFailure(CliFailure.REFUSED, "stopped", stopped);
        } catch (ExecutionException fault) {
            throw new IllegalStateException("writing a batch failed", fault.getCause());
        }
    }

    /** What a sending thread brings back. */
    private sealed interface Answer {}

    private record Written(Batch batch, BatchResult result) implements Answer {}

    private record Refused(CliFailure failure) implements Answer {}
}
