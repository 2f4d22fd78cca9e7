package io.skipstone.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CompatibilityDocTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `([A-Z_]+)` \\|.*\\S.*\\|.*\\S.*\\|.*\\S.*\\|$", Pattern.MULTILINE);

    @Test
    void namesEachAcceptedDifferenceWithItsReason() throws IOException {
        String page = Files.readString(Path.of("docs/etcd-compatibility.md"));
        List<String> rows = ROW.matcher(page).results().map(row -> row.group(1)).toList();

        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(AcceptedDifference.values())
                        .map(Enum::name)
                        .toList());
    }
}
