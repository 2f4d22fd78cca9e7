package io.skipstone.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The metadata and settings of the native image, held against the jars that go into it. */
class NativeImageTest {
    private static final List<String> ARCHITECTURES = List.of("x86_64", "aarch64");
    private static final String AT_RUN_TIME = "--initialize-at-run-time=";

    /** A class by the name that JNI gives it, as a string in a library. */
    private static final Pattern JNI_CLASS = Pattern.compile("\0((?:java|com|jnr|org)/[\\w/$]+)(?=\0)");

    private static Metadata metadata;

    @BeforeAll
    static void read() throws IOException {
        metadata = Metadata.read(Metadata.BUILT);
    }

    /** Ratis may serialize any of its own to tell another member. */
    @Test
    void everyExceptionOfRatisCanBeSent() {
        var exceptions = new ClassFileImporter()
                        .importPackages(
                                "org.apache.ratis.protocol",
                                "org.apache.ratis.io",
                                "org.apache.ratis.server",
                                "org.apache.ratis.conf")
                        .stream()
                        .filter(type -> type.isAssignableTo(Throwable.class))
                        .map(JavaClass::getName)
                        .toList();

        assertThat(exceptions).hasSizeGreaterThan(20).allMatch(metadata::serializes);
    }

    @Test
    void everyMessageOfRatisCanBePrinted() {
        var messages = new TreeSet<String>();
        for (Class<?> nested : org.apache.ratis.proto.RaftProtos.class.getDeclaredClasses()) {
            if (org.apache.ratis.thirdparty.com.google.protobuf.Message.class.isAssignableFrom(nested)) {
                messages.add(nested.getName());
                messages.add(nested.getName() + "$Builder");
            }
        }

        assertThat(messages).hasSizeGreaterThan(100).allMatch(metadata::knows);
    }

    @Test
    void everyClassThatTheBridgeToLmdbNamesFromNativeCodeCanBeThrown() throws IOException {
        for (String arch : ARCHITECTURES) {
            String library = resource("jni/" + arch + "-Linux/libjffi-1.2.so");
            var named = JNI_CLASS
                    .matcher(library)
                    .results()
                    .map(match -> match.group(1).replace('/', '.'))
                    .collect(Collectors.toSet());

            assertThat(named).as(arch).contains("java.lang.OutOfMemoryError").allMatch(metadata::throwsFromNative);
        }
    }

    @Test
    void bringsTheLibrariesOfBothArchitectures() throws IOException {
        for (String arch : ARCHITECTURES) {
            for (String name :
                    List.of("org/lmdbjava/native/" + arch + "-linux-gnu.so", "jni/" + arch + "-Linux/libjffi-1.2.so")) {
                assertThat(metadata.hasResource(name)).as(name).isTrue();
                assertThat(resource(name)).startsWith("\u007fELF");
            }
        }
    }

    @Test
    void namesNoClassThatIsNotThere() {
        assertThat(metadata.typeNames().stream().filter(name -> !name.endsWith("[]")))
                .allSatisfy(name -> assertThat(Class.forName(name, false, NativeImageTest.class.getClassLoader()))
                        .isNotNull());
    }

    @Test
    void initializesAtRunTimeWhatIsMadeOfClassesThatAre() throws IOException {
        Set<String> late = lateOnes();
        JavaClasses ours = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.skipstone");

        assertThat(late).contains("org.apache.ratis", "org.lmdbjava", "jnr", "com.kenai.jffi");
        assertThat(ours.stream()
                        .filter(type -> !type.getPackageName().endsWith(".nativeimage"))
                        .filter(type -> !isIn(late, type) && needs(late, type))
                        .map(JavaClass::getName))
                .as("extend a class that is initialized late, or keep one in a static field")
                .isEmpty();
    }

    private static boolean needs(Set<String> late, JavaClass type) {
        return type.getAllRawSuperclasses().stream().anyMatch(above -> isIn(late, above))
                || type.getFields().stream()
                        .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                        .anyMatch(field -> isIn(late, field.getRawType()))
                || type.getStaticInitializer().stream()
                        .flatMap(start -> start.getAccessesFromSelf().stream())
                        .anyMatch(access -> isIn(late, access.getTargetOwner()));
    }

    private static boolean isIn(Set<String> packages, JavaClass type) {
        return packages.stream().anyMatch(name -> (type.getPackageName() + ".").startsWith(name + "."));
    }

    private static Set<String> lateOnes() throws IOException {
        var settings = new Properties();
        settings.load(NativeImageTest.class.getResourceAsStream("/application.properties"));
        // Commas that belong to an argument are escaped, for SmallRye splits at the others.
        String[] arguments = settings.getProperty("quarkus.native.additional-build-args-append")
                .split("(?<!\\\\),");
        return Arrays.stream(arguments)
                .filter(argument -> argument.startsWith(AT_RUN_TIME))
                .flatMap(argument ->
                        Arrays.stream(argument.substring(AT_RUN_TIME.length()).split("\\\\,")))
                .collect(Collectors.toSet());
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = NativeImageTest.class.getResourceAsStream("/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
