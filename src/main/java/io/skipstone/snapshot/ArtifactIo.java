package io.skipstone.snapshot;

import io.skipstone.snapshot.ArtifactException.Kind;
import io.skipstone.store.DiskTrouble;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Says what a failure of the disk means for whoever works with an artifact. */
final class ArtifactIo {
    private ArtifactIo() {}

    interface Work<T> {
        T run() throws IOException;
    }

    static <T> T reading(Path path, Work<T> work) {
        try {
            return work.run();
        } catch (NoSuchFileException e) {
            throw new ArtifactException(Kind.MISSING, path + " does not exist; correct the name", e);
        } catch (IOException e) {
            throw failed(path, "read", e);
        }
    }

    static <T> T writing(Path path, Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw failed(path, "written", e);
        }
    }

    private static ArtifactException failed(Path path, String verb, IOException failure) {
        DiskTrouble trouble = DiskTrouble.of(failure);
        return new ArtifactException(
                kindOf(trouble),
                path + " cannot be " + verb + " (" + failure.getMessage() + "): " + trouble.advice(),
                failure);
    }

    private static Kind kindOf(DiskTrouble trouble) {
        return switch (trouble) {
            case FULL -> Kind.NO_SPACE;
            case READ_ONLY, NOT_PERMITTED -> Kind.NOT_PERMITTED;
            case BROKEN, OTHER -> Kind.UNREADABLE;
        };
    }
}
