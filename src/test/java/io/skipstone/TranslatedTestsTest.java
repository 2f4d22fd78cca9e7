package io.skipstone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The table in docs/testing.md that says which of our tests holds what a test of the original held: each exists and says so. */
class TranslatedTestsTest {
    private static final Path TESTS = Path.of("src/test/java");

    /** A row: the original's tests, ours, why. */
    private static final Pattern ROW = Pattern.compile("^\\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$", Pattern.MULTILINE);

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private record Row(List<String> originals, List<String> ours) {}

    @TestFactory
    Stream<DynamicTest> eachTestInTheTableExistsAndNamesTheOriginal() throws IOException {
        return rows().stream()
                .map(row -> DynamicTest.dynamicTest(row.originals().toString(), () -> check(row)));
    }

    @Test
    void theTableHasTheSeedTestsAndTheLaterOnes() throws IOException {
        var originals = rows().stream().flatMap(row -> row.originals().stream()).toList();

        assertThat(originals).doesNotHaveDuplicates().hasSize(15 + 20);
    }

    private static void check(Row row) throws Exception {
        assertThat(row.ours()).as("tests of ours").isNotEmpty();
        var names = new ArrayList<String>();
        for (String test : row.ours()) {
            names.add(displayNameOf(test));
        }
        for (String original : row.originals()) {
            assertThat(names).as("a @DisplayName with %s", original).anyMatch(name -> name.contains(original));
        }
    }

    /** Our tests are written {@code Class.Nested.method}. */
    private static String displayNameOf(String test) throws Exception {
        String[] parts = test.split("\\.");
        String method = parts[parts.length - 1];
        var nested = Arrays.stream(parts, 1, parts.length - 1).map(part -> "$" + part);
        Class<?> type = Class.forName(packageOf(parts[0]) + "." + parts[0] + nested.collect(Collectors.joining()));
        Method found = Arrays.stream(type.getDeclaredMethods())
                .filter(candidate -> candidate.getName().equals(method))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no test " + test));
        DisplayName name = found.getAnnotation(DisplayName.class);
        return name == null ? "" : name.value();
    }

    private static String packageOf(String type) throws IOException {
        try (var files = Files.walk(TESTS)) {
            Path file = files.filter(path -> path.endsWith(type + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no test class " + type));
            return TESTS.relativize(file.getParent()).toString().replace('/', '.');
        }
    }

    private static List<Row> rows() throws IOException {
        String page = Files.readString(Path.of("docs/testing.md"));
        String section =
                page.substring(page.indexOf("<!-- translated tests"), page.indexOf("<!-- end of translated tests"));
        return ROW.matcher(section)
                .results()
                .skip(1)
                .map(row -> new Row(codes(row.group(1)), codes(row.group(2))))
                .toList();
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell)
                .results()
                .map((MatchResult code) -> code.group(1))
                .toList();
    }
}
