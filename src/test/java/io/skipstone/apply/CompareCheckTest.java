package io.skipstone.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Compare;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Timestamp;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The truth table of the compares: which of {@code = != < >} hold. */
class CompareCheckTest {
    private static final Key KEY = Key.utf8("k");

    /** Value {@code m}, version 5, created at 6, modified at 7, committed at 8. */
    private static final Optional<KeyValue> PRESENT =
            Optional.of(new KeyValue(KEY, Bytes.utf8("m"), 6, 7, 5, new Timestamp(8), Timestamp.NONE));

    private static final Optional<KeyValue> MISSING = Optional.empty();

    @ParameterizedTest(name = "present and {0} {1}: {2}")
    @CsvSource({
        "version, 4, '!= >'",
        "version, 5, '='",
        "version, 6, '!= <'",
        "create, 5, '!= >'",
        "create, 6, '='",
        "create, 7, '!= <'",
        "mod, 6, '!= >'",
        "mod, 7, '='",
        "mod, 8, '!= <'",
        "commit, 7, '!= >'",
        "commit, 8, '='",
        "commit, 9, '!= <'",
        "value, l, '!= >'",
        "value, m, '='",
        "value, ma, '!= <'",
        "value, n, '!= <'",
        "value, '', '!= >'",
        "value, ü, '!= <'",
    })
    void ofAPresentKey(String target, String operand, String holding) {
        assertThat(holding(target(target, operand), PRESENT)).isEqualTo(holding);
    }

    @ParameterizedTest(name = "missing and {0} {1}: {2}")
    @CsvSource({
        "version, 0, '='",
        "version, 1, '!= <'",
        "create, 0, '='",
        "create, 1, '!= <'",
        "mod, 0, '='",
        "mod, 1, '!= <'",
        "commit, 0, '='",
        "commit, 1, '!= <'",
        "value, m, '!='",
        "value, '', '!='",
    })
    void ofAMissingKey(String target, String operand, String holding) {
        assertThat(holding(target(target, operand), MISSING)).isEqualTo(holding);
    }

    @ParameterizedTest(name = "present: {0}, exists {1}: {2}")
    @CsvSource({"true, true, '='", "true, false, '!='", "false, true, '!='", "false, false, '='"})
    void ofExistence(boolean present, boolean exists, String holding) {
        var target = new Target.Exists(exists);
        Optional<KeyValue> found = present ? PRESENT : MISSING;

        assertThat(CompareCheck.holds(new Compare(KEY, Relation.EQUAL, target), found))
                .isEqualTo(holding.equals("="));
        assertThat(CompareCheck.holds(new Compare(KEY, Relation.NOT_EQUAL, target), found))
                .isEqualTo(holding.equals("!="));
    }

    private static Target target(String name, String operand) {
        return switch (name) {
            case "version" -> new Target.Version(Long.parseLong(operand));
            case "create" -> new Target.CreateRevision(Long.parseLong(operand));
            case "mod" -> new Target.ModRevision(Long.parseLong(operand));
            case "commit" -> new Target.CommitTimestamp(new Timestamp(Long.parseLong(operand)));
            case "value" -> new Target.Value(Bytes.utf8(operand));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static String holding(Target target, Optional<KeyValue> found) {
        var holding = new StringBuilder();
        append(holding, Relation.EQUAL, "=", target, found);
        append(holding, Relation.NOT_EQUAL, "!=", target, found);
        append(holding, Relation.LESS, "<", target, found);
        append(holding, Relation.GREATER, ">", target, found);
        return holding.toString().strip();
    }

    private static void append(
            StringBuilder holding, Relation relation, String sign, Target target, Optional<KeyValue> found) {
        if (CompareCheck.holds(new Compare(KEY, relation, target), found)) {
            holding.append(sign).append(' ');
        }
    }
}
