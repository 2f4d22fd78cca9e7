package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.command.Compare;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.model.Key;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtagsTest {
    private static final Key KEY = Key.utf8("k");

    @Test
    void becomeCompares() {
        assertThat(Etags.writeCondition(KEY, Optional.of("\"42\""), Optional.empty()))
                .contains(new Compare(KEY, Relation.EQUAL, new Target.ModRevision(42)));
        assertThat(Etags.writeCondition(KEY, Optional.of("*"), Optional.empty()))
                .contains(new Compare(KEY, Relation.EQUAL, new Target.Exists(true)));
        assertThat(Etags.writeCondition(KEY, Optional.empty(), Optional.of("*")))
                .contains(new Compare(KEY, Relation.EQUAL, new Target.Exists(false)));
        assertThat(Etags.writeCondition(KEY, Optional.empty(), Optional.of("\"42\"")))
                .contains(new Compare(KEY, Relation.NOT_EQUAL, new Target.ModRevision(42)));
        assertThat(Etags.writeCondition(KEY, Optional.empty(), Optional.empty()))
                .isEmpty();
    }

    @Test
    void doNotContradictEachOther() {
        assertThatThrownBy(() -> Etags.writeCondition(KEY, Optional.of("*"), Optional.of("*")))
                .isInstanceOfSatisfying(
                        BadRequest.class, refused -> assertThat(refused.code()).isEqualTo("contradictory_conditions"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "42", "\"\"", "\"", "W/\"42\"", "\"-1\"", "\"a\"", "\"1\", \"2\"", "\"99999999999999999999\""
            })
    void areStrongAndSingle(String text) {
        assertThatThrownBy(() -> Etags.writeCondition(KEY, Optional.of(text), Optional.empty()))
                .isInstanceOfSatisfying(
                        BadRequest.class, refused -> assertThat(refused.code()).isEqualTo("bad_condition"));
    }
}
