package io.skipstone;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The map of the house, kept true by the build. */
class ArchitectureTest {
    private static final String HOME = "io.skipstone";

    private static final Path SOURCES = Path.of("src/main/java");

    /** Written by protoc: it may see what its room may see, but nobody chose its style. */
    private static final String[] GENERATED = {
        HOME + ".command.log..",
        HOME + ".snapshot.file..",
        HOME + ".consensus.peer.wire..",
        HOME + ".api.grpc.v1..",
        HOME + ".api.etcd.v3.."
    };

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(HOME);

    /** The house as far as we wrote it ourselves. */
    private static final JavaClasses OURS = HOUSE.that(not(resideInAnyPackage(GENERATED)));

    /** Which rooms a room may look into. A room missing here is a room nobody has thought about. */
    private static final Map<String, Set<String>> MAY_SEE = Map.ofEntries(
            Map.entry("model", Set.of()),
            Map.entry("command", Set.of("model")),
            Map.entry("clock", Set.of("model")),
            Map.entry("store", Set.of("model")),
            Map.entry("health", Set.of("model")),
            Map.entry("apply", Set.of("model", "command", "clock", "store")),
            Map.entry("snapshot", Set.of("model", "clock", "store")),
            Map.entry("consensus", Set.of("model", "command", "clock", "apply", "snapshot")),
            Map.entry("watch", Set.of("model", "store")),
            Map.entry("api", Set.of("model", "command", "consensus", "snapshot", "watch")),
            Map.entry("cli", Set.of("model", "store", "snapshot")),
            Map.entry(
                    "node",
                    Set.of(
                            "model",
                            "command",
                            "clock",
                            "store",
                            "health",
                            "apply",
                            "snapshot",
                            "consensus",
                            "watch",
                            "api",
                            "cli")));

    /** Each foreign library comes in by its door. */
    private static final Map<String, Set<String>> DOORS = Map.ofEntries(
            Map.entry("org.lmdbjava..", Set.of("store")),
            Map.entry("org.apache.ratis..", Set.of("consensus")),
            Map.entry("com.google.protobuf..", Set.of("command", "snapshot", "consensus", "api")),
            Map.entry("io.grpc..", Set.of("command", "api")),
            Map.entry("io.smallrye.mutiny..", Set.of("api", "health", "node")),
            Map.entry("io.vertx..", Set.of("api", "node", "cli")),
            Map.entry("jakarta..", Set.of("api", "health", "node")),
            Map.entry("io.quarkus..", Set.of("api", "health", "node")),
            Map.entry("io.micrometer..", Set.of("node")),
            Map.entry("picocli..", Set.of("cli", "node")),
            Map.entry("com.oracle.svm..", Set.of("consensus")),
            Map.entry("org.graalvm..", Set.of()));

    /** A Javadoc comment that says something, then the mark that keeps null out. */
    private static final Pattern INTRODUCED = Pattern.compile(
            "(?s)^\\s*/\\*\\*[\\s*]*\\p{L}[^@]*?\\..*?\\*/.*@(org\\.jspecify\\.annotations\\.)?NullMarked\\s");

    @Test
    void everyPackageIsOnTheMap() {
        var rooms = HOUSE.stream()
                .map(type -> type.getPackageName())
                .map(ArchitectureTest::roomOf)
                .distinct()
                .toList();

        assertThat(rooms).isSubsetOf(MAY_SEE.keySet());
    }

    @TestFactory
    Stream<DynamicTest> roomsSeeOnlyWhatTheMapShows() {
        return MAY_SEE.entrySet().stream()
                .map(room -> DynamicTest.dynamicTest(room.getKey(), () -> {
                    var hidden = MAY_SEE.keySet().stream()
                            .filter(other -> !other.equals(room.getKey())
                                    && !room.getValue().contains(other))
                            .map(ArchitectureTest::inside)
                            .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideInAPackage(inside(room.getKey()))
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(hidden)
                            .allowEmptyShould(true)
                            .check(HOUSE);
                }));
    }

    /** Two APIs over one store: neither speaks in the words of the other, and etcd's could be taken out. */
    @Test
    void etcdsDoorStandsBesideTheOthers() {
        noClasses()
                .that()
                .resideInAPackage(HOME + ".api..")
                .and()
                .resideOutsideOfPackage(HOME + ".api.etcd..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(HOME + ".api.etcd..")
                .check(OURS);
        noClasses()
                .that()
                .resideInAPackage(HOME + ".api.etcd..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(HOME + ".api.grpc.v1..")
                .check(OURS);
    }

    @Test
    void noRoomIsInACircle() {
        slices().matching(HOME + ".(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(HOUSE);
    }

    @TestFactory
    Stream<DynamicTest> foreignLibrariesUseTheirDoor() {
        return DOORS.entrySet().stream()
                .map(door -> DynamicTest.dynamicTest(door.getKey(), () -> noClasses()
                        .that()
                        .resideOutsideOfPackages(door.getValue().stream()
                                .map(ArchitectureTest::inside)
                                .toArray(String[]::new))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(door.getKey())
                        .allowEmptyShould(true)
                        .check(OURS)));
    }

    @Test
    void theSameLogGivesTheSameStoreOnEveryNode() {
        noClasses()
                .that()
                .resideInAnyPackage(inside("apply"), inside("command"))
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(RandomGenerator.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.time..", "java.io..", "java.net..", "java.util.concurrent..")
                .because("a replica must not be able to tell when, where or how often it applies an entry")
                .allowEmptyShould(true)
                .check(OURS);
    }

    @TestFactory
    Stream<DynamicTest> everyPackageIntroducesItself() throws IOException {
        return packages().stream()
                .map(directory -> DynamicTest.dynamicTest(nameOf(directory), () -> {
                    var introduction = directory.resolve("package-info.java");

                    assertThat(introduction).exists();
                    assertThat(Files.readString(introduction))
                            .as("a first sentence, and @NullMarked: %s", introduction)
                            .containsPattern(INTRODUCED);
                }));
    }

    /** Ours. A class that takes the place of one of a library stands in the package of that one, and introduces itself. */
    private static List<Path> packages() throws IOException {
        try (var files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.startsWith(SOURCES.resolve("org/apache/ratis/util")))
                    .map(Path::getParent)
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    private static String nameOf(Path directory) {
        return SOURCES.relativize(directory).toString().replace('/', '.');
    }

    private static String roomOf(String packageName) {
        if (packageName.equals(HOME)) {
            return "(the hallway)";
        }
        var path = packageName.substring(HOME.length() + 1);
        var end = path.indexOf('.');
        return end < 0 ? path : path.substring(0, end);
    }

    private static String inside(String room) {
        return HOME + "." + room + "..";
    }
}
