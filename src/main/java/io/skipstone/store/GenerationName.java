package io.skipstone.store;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the name of a directory in {@code store/} says. */
record GenerationName(int number, Stage stage) {
    private static final Pattern NAME = Pattern.compile("gen-([1-9][0-9]{0,8})(\\.tmp|\\.quarantined-[0-9]+)?");
    private static final String DRAFT_ENDING = ".tmp";

    /** How far a generation has come. */
    enum Stage {
        DRAFT,
        WHOLE,
        QUARANTINED
    }

    /** Empty for a name of somebody else. */
    static Optional<GenerationName> of(Path path) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        if (!name.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new GenerationName(Integer.parseInt(name.group(1)), stageOf(Optional.ofNullable(name.group(2)))));
    }

    private static Stage stageOf(Optional<String> ending) {
        return ending.map(text -> text.equals(DRAFT_ENDING) ? Stage.DRAFT : Stage.QUARANTINED)
                .orElse(Stage.WHOLE);
    }

    static String whole(int number) {
        return "gen-" + number;
    }

    static String draft(int number) {
        return whole(number) + DRAFT_ENDING;
    }
}
