package io.skipstone.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The bytes of every kind of entry and outcome, as they stand in logs and stores out there. A line that changes here makes old
 * logs unreadable: add lines, never change one.
 */
class GoldenBytesTest {
    private static final HexFormat HEX = HexFormat.of();

    @Nested
    class LogEntries {
        private final Map<String, byte[]> golden = golden("log-entries.txt");

        @TestFactory
        Stream<DynamicTest> areWrittenAsEver() {
            return each(Examples.entries(), (name, entry) -> assertThat(HEX.formatHex(encode(entry)))
                    .isEqualTo(HEX.formatHex(line(golden, name))));
        }

        @TestFactory
        Stream<DynamicTest> areReadAsEver() {
            return each(Examples.entries(), (name, entry) -> assertThat(CommandCodec.decode(line(golden, name)))
                    .containsExactly(entry));
        }

        @Test
        void standInABundleAsTheyStandAlone() {
            List<String> names = golden.keySet().stream().limit(2).toList();
            byte[] one = line(golden, names.getFirst());
            byte[] other = line(golden, names.getLast());
            byte[] bundle = ByteBuffer.allocate(1 + 4 + 4 + one.length + 4 + other.length)
                    .put((byte) 2)
                    .putInt(2)
                    .putInt(one.length)
                    .put(one)
                    .putInt(other.length)
                    .put(other)
                    .array();

            assertThat(CommandCodec.bundle(List.of(one, other))).isEqualTo(bundle);
            assertThat(CommandCodec.decode(bundle))
                    .containsExactly(
                            Examples.entries().get(names.getFirst()),
                            Examples.entries().get(names.getLast()));
        }

        @Test
        void areAllInTheFile() {
            assertThat(golden.keySet()).isEqualTo(Examples.entries().keySet());
        }

        @Test
        void haveAnExampleOfEachKind() {
            List<LogEntry> entries = List.copyOf(Examples.entries().values());

            assertThat(kindsIn(entries))
                    .containsAll(kindsOf(Command.class))
                    .containsAll(kindsOf(Operation.class))
                    .containsAll(kindsOf(Compare.Target.class))
                    .containsAll(kindsOf(LogEntry.Once.class))
                    .containsAll(kindsOf(Step.class))
                    .containsAll(kindsOf(RangeCompare.Target.class));
            assertThat(compares(entries).map(Compare::relation)).contains(Compare.Relation.values());
        }

        private Set<Class<?>> kindsIn(List<LogEntry> entries) {
            return Stream.of(
                            entries.stream().map(LogEntry::command),
                            entries.stream().map(LogEntry::once),
                            txns(entries).flatMap(txn -> Stream.concat(txn.then().stream(), txn.otherwise().stream())),
                            compares(entries).map(Compare::target),
                            nested(entries)
                                    .flatMap(txn -> Stream.concat(txn.then().stream(), txn.otherwise().stream())),
                            nested(entries)
                                    .flatMap(txn -> txn.compares().stream().map(RangeCompare::target)))
                    .flatMap(kind -> kind)
                    .map(Object::getClass)
                    .collect(Collectors.toSet());
        }

        private Stream<Command.NestedTxn> nested(List<LogEntry> entries) {
            return entries.stream()
                    .map(LogEntry::command)
                    .filter(Command.NestedTxn.class::isInstance)
                    .map(Command.NestedTxn.class::cast);
        }

        private Stream<Compare> compares(List<LogEntry> entries) {
            return txns(entries).flatMap(txn -> txn.compares().stream());
        }

        private Stream<Command.Txn> txns(List<LogEntry> entries) {
            return entries.stream()
                    .map(LogEntry::command)
                    .filter(Command.Txn.class::isInstance)
                    .map(Command.Txn.class::cast);
        }
    }

    @Nested
    class Outcomes {
        private final Map<String, byte[]> golden = golden("outcomes.txt");

        @TestFactory
        Stream<DynamicTest> areWrittenAsEver() {
            return each(Examples.outcomes(), (name, outcome) -> assertThat(
                            HEX.formatHex(CommandCodec.encodeOutcome(outcome)))
                    .isEqualTo(HEX.formatHex(line(golden, name))));
        }

        @TestFactory
        Stream<DynamicTest> areReadAsEver() {
            return each(
                    Examples.outcomes(), (name, outcome) -> assertThat(CommandCodec.decodeOutcome(line(golden, name)))
                            .isEqualTo(outcome));
        }

        @Test
        void areAllInTheFile() {
            assertThat(golden.keySet()).isEqualTo(Examples.outcomes().keySet());
        }

        @Test
        void haveAnExampleOfEachKind() {
            Set<Class<?>> outcomes = kinds(Examples.outcomes().values().stream());
            Set<Class<?>> results = kinds(Examples.outcomes().values().stream()
                    .filter(Outcome.Committed.class::isInstance)
                    .flatMap(outcome -> ((Outcome.Committed) outcome).results().stream()));

            assertThat(outcomes).containsAll(kindsOf(Outcome.class));
            assertThat(results).containsAll(kindsOf(Outcome.Result.class));
            assertThat(kinds(Examples.outcomes().values().stream()
                            .filter(Outcome.Ran.class::isInstance)
                            .flatMap(outcome -> ((Outcome.Ran) outcome).results().stream())))
                    .containsAll(kindsOf(StepResult.class));
        }

        private Set<Class<?>> kinds(Stream<?> values) {
            return values.map(Object::getClass).collect(Collectors.toSet());
        }
    }

    @Nested
    class Fingerprints {
        @Test
        void areAsEver() {
            var command = Examples.entries().get("put");

            assertThat(HEX.formatHex(CommandCodec.fingerprint(
                                    Objects.requireNonNull(command).command())
                            .array()))
                    .isEqualTo("28414cc48b335d61b831d4e5bcb710690e9ee118f77f1790583b7ba706e70398");
        }
    }

    private static byte[] encode(LogEntry entry) {
        byte[] bytes = CommandCodec.encode(entry.once(), entry.command());
        CommandCodec.stamp(bytes, () -> entry.commitTs());
        return bytes;
    }

    private static List<Class<?>> kindsOf(Class<?> sealed) {
        return List.of(sealed.getPermittedSubclasses());
    }

    private static byte[] line(Map<String, byte[]> golden, String name) {
        assertThat(golden).containsKey(name);
        return Objects.requireNonNull(golden.get(name));
    }

    private static <T> Stream<DynamicTest> each(Map<String, T> examples, Check<T> check) {
        return examples.entrySet().stream()
                .map(example -> DynamicTest.dynamicTest(
                        example.getKey(), () -> check.check(example.getKey(), example.getValue())));
    }

    private static Map<String, byte[]> golden(String file) {
        var lines = new LinkedHashMap<String, byte[]>();
        try (InputStream in = Objects.requireNonNull(GoldenBytesTest.class.getResourceAsStream("/golden/" + file))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" ", 2))
                    .forEach(parts -> lines.put(parts[0], HEX.parseHex(parts[1])));
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the golden file " + file, e);
        }
        return lines;
    }

    /** One check of one example. */
    private interface Check<T> {
        void check(String name, T example);
    }
}
