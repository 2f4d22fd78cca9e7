package io.skipstone.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints.Action;
import io.skipstone.model.Failpoints.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailpointSyntaxTest {
    private final List<String> problems = new ArrayList<>();

    private Map<Failpoint, Plan> parse(String text) {
        return FailpointSyntax.parse("skipstone.failpoints", text, problems);
    }

    @Nested
    class Reads {
        @Test
        void everyActionAtAnyHit() {
            var plans =
                    parse("pin.synced=halt, store.committed=halt@3,apply.taken = sleep( 500 ) @ 20, pin.begun=throw");

            assertThat(problems).isEmpty();
            assertThat(plans)
                    .containsOnly(
                            Map.entry(Failpoint.PIN_SYNCED, new Plan(new Action.Halt(), 1)),
                            Map.entry(Failpoint.STORE_COMMITTED, new Plan(new Action.Halt(), 3)),
                            Map.entry(Failpoint.APPLY_TAKEN, new Plan(new Action.Sleep(500), 20)),
                            Map.entry(Failpoint.PIN_BEGUN, new Plan(new Action.Throw(), 1)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " "})
        void nothingWhereThereIsNothing(String text) {
            assertThat(parse(text)).isEmpty();
            assertThat(problems).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(Failpoint.class)
        void everyIdAndWhatItPrints(Failpoint point) {
            var plans = Map.of(point, new Plan(new Action.Sleep(7), 2));

            assertThat(FailpointSyntax.format(plans)).isEqualTo(point.id() + "=sleep(7)@2");
            assertThat(parse(FailpointSyntax.format(plans))).isEqualTo(plans);
        }

        @Test
        void whatItPrintsOfSeveral() {
            assertThat(FailpointSyntax.format(parse("pin.synced=throw@4,write.stamped=halt")))
                    .isEqualTo("write.stamped=halt, pin.synced=throw@4");
        }
    }

    @Nested
    class Refuses {
        @Test
        void anUnknownIdAndNamesTheClosest() {
            parse("store.comitted=halt");

            assertThat(problems)
                    .containsExactly("skipstone.failpoints: 'store.comitted' is no failpoint; did you mean"
                            + " store.committed? 'skipstone inspect --failpoints' lists them all");
        }

        @Test
        void anIdLikeNoOther() {
            parse("the-kitchen-is-on-fire=halt");

            assertThat(problems)
                    .containsExactly("skipstone.failpoints: 'the-kitchen-is-on-fire' is no failpoint;"
                            + " 'skipstone inspect --failpoints' lists them all");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "pin.synced",
                    "pin.synced=",
                    "=halt",
                    "pin.synced=stop",
                    "pin.synced=halt@0",
                    "pin.synced=halt@-1",
                    "pin.synced=halt@",
                    "pin.synced=sleep",
                    "pin.synced=sleep()",
                    "pin.synced=sleep(1234567)",
                    "pin.synced=sleep(-1)"
                })
        void whatIsNoPlan(String text) {
            assertThat(parse(text)).isEmpty();

            assertThat(problems)
                    .containsExactly("skipstone.failpoints has '" + text
                            + "'; write ID=ACTION with halt, throw or sleep(MILLIS), and @N for the N-th time");
        }

        @Test
        void eachProblemOnALineOfItsOwn() {
            parse("pin.synced=halt,,pin.synced=throw,nowhere=halt");

            assertThat(problems).hasSize(3).anyMatch(line -> line.endsWith("names pin.synced twice"));
        }
    }
}
