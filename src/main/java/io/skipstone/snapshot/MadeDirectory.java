package io.skipstone.snapshot;

import io.skipstone.store.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where an artifact made here is kept: the copy, and the frame with the manifest in a file of its own. Written together they would
 * have to be written twice, for the manifest comes first and is known last.
 */
record MadeDirectory(Path path) {
    static final String MANIFEST = "manifest";

    /** As LMDB names it. */
    static final String DATA = "data.mdb";

    private static final String DRAFT_ENDING = ".tmp";
    private static final Pattern WHOLE = Pattern.compile("made-[0-9]+");
    private static final Pattern ANY = Pattern.compile("made-[0-9]+(\\.tmp)?");

    /** Makes an empty one under the name of a draft. */
    static MadeDirectory draft(Path parent, int number) throws IOException {
        Path draft = parent.resolve("made-" + number + DRAFT_ENDING);
        Files.createDirectory(draft);
        return new MadeDirectory(draft);
    }

    static boolean isWhole(Path path) {
        return WHOLE.matcher(path.getFileName().toString()).matches();
    }

    /** Drafts and whole ones. */
    static List<MadeDirectory> allIn(Path parent) throws IOException {
        return Directories.entries(parent).stream()
                .filter(path -> ANY.matcher(path.getFileName().toString()).matches())
                .map(MadeDirectory::new)
                .toList();
    }

    Path data() {
        return path.resolve(DATA);
    }

    Path manifest() {
        return path.resolve(MANIFEST);
    }

    /** The name that a draft is going to have. */
    MadeDirectory published() {
        String draft = path.getFileName().toString();
        return new MadeDirectory(path.resolveSibling(draft.substring(0, draft.length() - DRAFT_ENDING.length())));
    }

    /** Gives a draft its name, durably. */
    void publish() throws IOException {
        Files.move(path, published().path, StandardCopyOption.ATOMIC_MOVE);
        Directories.sync(path.resolveSibling("."));
    }

    void delete() throws IOException {
        if (Files.exists(path)) {
            Directories.delete(path);
        }
    }
}
