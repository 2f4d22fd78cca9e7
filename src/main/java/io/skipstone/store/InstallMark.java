package io.skipstone.store;

import io.skipstone.model.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Beside a store that came from another member: where it stood then. While it still stands there, it accounts for a log that ends
 * before it or is empty. Text, {@code 3:41}; written before the generation gets its name, and never changed.
 */
final class InstallMark {
    private static final String FILE = "installed";

    /** Two numbers of up to 18 digits: no overflow. */
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}):(\\d{1,18})");

    private static final int MAX_BYTES = 64;

    private InstallMark() {}

    /** The caller syncs the file and the directory. */
    static void write(Path draft, Position at) throws IOException {
        Files.writeString(draft.resolve(FILE), at.toString(), StandardCharsets.US_ASCII);
    }

    /** Empty where there is none, and where it cannot be understood: then the log has to account for itself. */
    static Optional<Position> read(Path generation) throws IOException {
        try (var in = Files.newInputStream(generation.resolve(FILE))) {
            Matcher text = TEXT.matcher(new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII));
            return text.matches()
                    ? Optional.of(new Position(Long.parseLong(text.group(1)), Long.parseLong(text.group(2))))
                    : Optional.empty();
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }
}
