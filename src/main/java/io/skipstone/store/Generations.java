package io.skipstone.store;

import io.skipstone.model.Failpoint;
import io.skipstone.model.Position;
import io.skipstone.store.GenerationName.Stage;
import io.skipstone.store.StoreState.Fresh;
import io.skipstone.store.StoreState.Known;
import io.skipstone.store.StoreState.NoIndex;
import io.skipstone.store.StoreState.Unknown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The directory {@code store/}: whole stores, numbered, of which one is in use.
 *
 * <p>{@code gen-N} is a whole store. {@code gen-N.tmp} is a draft: half-written, and removed at the next start. {@code
 * gen-N.quarantined-M} is one that was in doubt; nothing here ever deletes it. A generation is complete by construction: it gets
 * its name last, after its files and its directory are synced, and {@code store/} is synced after that. So the names say all that
 * is to be known, and there is no file that points at the current one. A new one takes the number behind the highest there is.
 *
 * <p>The store is <em>the generation that knows most</em>: of those that know their position the one with the highest applied index,
 * and of equal ones the highest number. Only if none knows one, a generation in doubt is taken, before one that never took an
 * entry: what is in doubt may hold something (docs/decisions/0006).
 *
 * <p>Every method: one thread at a time, in the process that holds the data directory's lock. Every method fails with {@link
 * StoreFailure} when the disk does.
 */
public final class Generations {
    private final StoreConfig config;
    private final Path directory;

    /** The generation that {@link #open} began because there was none. */
    private Optional<Generation> begun = Optional.empty();

    /**
     * Nothing is read yet.
     *
     * @param config how each generation is opened; its directory is {@code store/}, made when missing
     */
    public Generations(StoreConfig config) {
        this.config = config;
        this.directory = config.directory();
    }

    /** A whole store under its name. */
    public record Generation(int number, Path directory) {}

    /** A generation, and what it said of itself when it was looked at. */
    public record Candidate(Generation generation, StoreState state) {}

    /** A directory to be filled; not a store until it is published. */
    public record Draft(int number, Path directory) {}

    /**
     * The chosen generation, open for use.
     *
     * @param store the caller looks at its {@link Store#openedAs} and closes it
     * @param others what was not chosen; {@link #settle} clears it away
     * @param removedDrafts half-written ones that were removed
     */
    public record Opened(LmdbStore store, Generation generation, List<Candidate> others, List<Path> removedDrafts) {}

    /** How a generation or a draft is opened. */
    public StoreConfig configOf(Path generationOrDraft) {
        return config.at(generationOrDraft);
    }

    /**
     * Removes the drafts, chooses the generation that knows most, and opens it for use. With one generation it is opened once and
     * nothing else is looked at; without any, the first is begun.
     */
    public Opened open() {
        makeNamesDurable();
        List<Path> removed = drafts().stream().map(Draft::directory).toList();
        drafts().forEach(this::discard);
        List<Generation> all = generations();
        return switch (all.size()) {
            case 0 -> openBegun(removed);
            case 1 -> open(all.getFirst(), List.of(), removed);
            default -> openBest(look(all), removed);
        };
    }

    /**
     * A name that is seen is not yet one that stays: a process that was killed between a rename and the sync of {@code store/} left it
     * in the page cache only. What is chosen here lets the log be purged, so its name must outlast a power loss.
     */
    private void makeNamesDurable() {
        onDisk("the names of the generations cannot be made durable", () -> {
            Directories.make(directory);
            Directories.sync(directory);
            Directories.sync(directory.toAbsolutePath().resolveSibling("."));
        });
    }

    private Opened openBegun(List<Path> removed) {
        Generation first = begin();
        begun = Optional.of(first);
        return open(first, List.of(), removed);
    }

    private Opened openBest(List<Candidate> candidates, List<Path> removed) {
        Candidate best = best(candidates).orElseThrow();
        List<Candidate> others =
                candidates.stream().filter(other -> !other.equals(best)).toList();
        return open(best.generation(), others, removed);
    }

    private Opened open(Generation chosen, List<Candidate> others, List<Path> removed) {
        return new Opened(LmdbStore.open(config.at(chosen.directory())), chosen, others, removed);
    }

    /** Begins the next generation, empty, and opens it for use. */
    public Opened openNew() {
        return open(begin(), List.of(), List.of());
    }

    private Generation begin() {
        int number = nextNumber();
        Path fresh = directory.resolve(GenerationName.whole(number));
        onDisk("a generation cannot be begun", () -> Directories.make(fresh));
        return new Generation(number, fresh);
    }

    /**
     * Clears away what was not chosen, after the chosen one is open and the gate has accepted it: generations in doubt are
     * quarantined, the others deleted.
     *
     * @return where the quarantined ones are now
     */
    public List<Path> settle(Opened opened) {
        if (opened.others().isEmpty()) {
            return List.of();
        }
        Failpoint.INSTALL_ADOPTED.hit();
        var quarantined = new ArrayList<Path>();
        for (Candidate other : opened.others()) {
            Path loser = other.generation().directory();
            switch (other.state()) {
                case Unknown _ -> quarantined.add(Quarantine.put(loser));
                case Known _, Fresh _, NoIndex _ -> delete(other.generation());
            }
        }
        Failpoint.INSTALL_OLD_REMOVED.hit();
        return quarantined;
    }

    /** Closes the store of a node that is not to start; one that was begun for it goes too, so that nothing has changed. */
    public void abandon(Opened opened) {
        opened.store().close();
        begun.filter(opened.generation()::equals).ifPresent(this::delete);
        begun = Optional.empty();
    }

    /** Closes the store, quarantines its generation durably, and returns where it is now. */
    public Path quarantine(Opened opened) {
        opened.store().close();
        return Quarantine.put(opened.generation().directory());
    }

    /** All generations and what they say of themselves, lowest number first; changes nothing. For a stopped node. */
    public List<Candidate> look() {
        return look(generations());
    }

    private List<Candidate> look(List<Generation> generations) {
        return generations.stream()
                .map(generation -> new Candidate(
                        generation,
                        LmdbStore.inspect(config.at(generation.directory())).state()))
                .toList();
    }

    /** The generation that would be opened, without opening it for use; empty if there is none. For a stopped node. */
    public Optional<Candidate> best() {
        return best(look());
    }

    /** The rule. */
    static Optional<Candidate> best(List<Candidate> candidates) {
        return candidates.stream()
                .max(Comparator.comparingInt((Candidate candidate) -> worth(candidate.state()))
                        .thenComparingLong(candidate -> appliedIndex(candidate.state()))
                        .thenComparingInt(candidate -> candidate.generation().number()));
    }

    private static int worth(StoreState state) {
        return switch (state) {
            case Known(var meta) when meta.applied().isPresent() -> 3;
            case Unknown _ -> 2;
            case Known _ -> 1;
            case Fresh _, NoIndex _ -> 0;
        };
    }

    private static long appliedIndex(StoreState state) {
        return state instanceof Known(var meta)
                ? meta.applied().map(Position::index).orElse(-1L)
                : -1;
    }

    /** Makes an empty draft directory for the next generation. */
    public Draft draft() {
        int number = nextNumber();
        Path draft = directory.resolve(GenerationName.draft(number));
        onDisk("a draft cannot be begun", () -> Directories.make(draft));
        return new Draft(number, draft);
    }

    /** The drafts that are there, lowest number first. */
    public List<Draft> drafts() {
        return named(Stage.DRAFT).stream()
                .map(found -> new Draft(found.name().number(), found.path()))
                .toList();
    }

    /** Deletes a draft. */
    public void discard(Draft draft) {
        onDisk("a draft cannot be deleted", () -> {
            Directories.delete(draft.directory());
            Directories.sync(directory);
        });
    }

    /**
     * Makes a draft a generation: syncs its files and the directory, renames it, and syncs {@code store/}. On return it is there
     * after a power loss too, and the next {@link #open} compares it with the others. The generation in use is not touched.
     */
    public Generation publish(Draft draft) {
        Path name = directory.resolve(GenerationName.whole(draft.number()));
        onDisk("a generation cannot be published", () -> {
            Directories.syncWithFiles(draft.directory());
            Failpoint.INSTALL_SYNCED.hit();
            rename(draft.directory(), name);
            Failpoint.INSTALL_PUBLISHED.hit();
        });
        return new Generation(draft.number(), name);
    }

    /** Before {@link #publish}: notes that the store in the draft comes from another member, and where it stands. */
    public void markInstalled(Draft draft, Position at) {
        onDisk("a draft cannot be marked", () -> InstallMark.write(draft.directory(), at));
    }

    /** Where the store stood when it came from another member; empty if it did not. */
    public Optional<Position> installedAt(Generation generation) {
        try {
            return InstallMark.read(generation.directory());
        } catch (IOException e) {
            throw new StoreFailure("the mark of an install cannot be read: " + e, e);
        }
    }

    /** Deletes a generation that is in use no more and whose place another one has taken. */
    public void retire(Generation generation) {
        delete(generation);
        Failpoint.INSTALL_RETIRED.hit();
    }

    /** Under the name of a draft first: cut off half-way it is removed at the next start. */
    private void delete(Generation generation) {
        var draft = new Draft(generation.number(), directory.resolve(GenerationName.draft(generation.number())));
        onDisk("a generation cannot be deleted", () -> rename(generation.directory(), draft.directory()));
        discard(draft);
    }

    private void rename(Path from, Path to) throws IOException {
        // A rename would silently replace an empty directory (rename(2)).
        if (Files.exists(to)) {
            throw new IOException(to.getFileName() + " is there already");
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        Directories.sync(directory);
    }

    private List<Generation> generations() {
        return named(Stage.WHOLE).stream()
                .map(found -> new Generation(found.name().number(), found.path()))
                .toList();
    }

    private int nextNumber() {
        return 1
                + found().stream()
                        .mapToInt(found -> found.name().number())
                        .max()
                        .orElse(0);
    }

    private record Found(GenerationName name, Path path) {}

    private List<Found> named(Stage stage) {
        return found().stream().filter(found -> found.name().stage() == stage).toList();
    }

    /** Lowest number first. */
    private List<Found> found() {
        var found = new ArrayList<Found>();
        onDisk("the directory of the stores cannot be read", () -> {
            if (Files.exists(directory)) {
                Directories.entries(directory)
                        .forEach(path -> GenerationName.of(path).ifPresent(name -> found.add(new Found(name, path))));
            }
        });
        found.sort(Comparator.comparingInt(each -> each.name().number()));
        return found;
    }

    private interface DiskWork {
        void run() throws IOException;
    }

    private static void onDisk(String complaint, DiskWork work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new StoreFailure(complaint + ": " + e, e);
        }
    }
}
