package io.skipstone.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The list of failpoints, and that the sources keep to it. */
class FailpointTest {
    private static final Path SOURCES = Path.of("src/main/java");

    @Test
    void noTwoHaveTheSameId() {
        assertThat(Arrays.stream(Failpoint.values()).map(Failpoint::id)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(Failpoint.class)
    void isNamedAfterItsIdAndSaysWhatItMeans(Failpoint point) {
        assertThat(point.id()).matches("[a-z]+\\.[a-z]+(-[a-z]+)*");
        assertThat(point.name().toLowerCase(Locale.ROOT))
                .isEqualTo(point.id().replace('.', '_').replace('-', '_'));
        assertThat(point.meaning()).hasSizeGreaterThan(20).doesNotContain("\n");
        assertThat(Failpoint.byId(point.id())).contains(point);
    }

    @ParameterizedTest
    @EnumSource(Failpoint.class)
    void isHitAtExactlyOnePlace(Failpoint point) throws IOException {
        var named = Pattern.compile("\\bFailpoint\\s*\\.\\s*" + point.name() + "\\b");
        List<Path> places;
        try (var files = Files.walk(SOURCES)) {
            places = files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> named.matcher(read(file)).results().map(_ -> file))
                    .toList();
        }

        assertThat(places).as("places that name Failpoint.%s", point).hasSize(1);
        assertThat(read(places.getFirst())).containsPattern(named.pattern() + "\\s*\\.\\s*hit\\s*\\(\\)");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
