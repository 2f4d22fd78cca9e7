package io.skipstone.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import com.oracle.svm.core.annotate.Alias;
import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the image replaces is there, under that name and in that shape, in the version of Ratis that we have. */
class SubstitutionsTest {
    private static final List<Class<?>> REPLACING = new ClassFileImporter()
            .importPackages("io.skipstone.consensus.nativeimage").stream()
                    .filter(type -> type.isAnnotatedWith(TargetClass.class))
                    .<Class<?>>map(JavaClass::reflect)
                    .toList();

    @Test
    void areAsManyAsTheOptionalPartsOfNetty() {
        assertThat(REPLACING).hasSize(6);
    }

    @TestFactory
    Stream<DynamicTest> findWhatTheyReplace() {
        return REPLACING.stream()
                .map(type -> DynamicTest.dynamicTest(type.getSimpleName(), () -> {
                    Class<?> target = target(type);
                    for (Method method : type.getDeclaredMethods()) {
                        assertThat(method.isAnnotationPresent(Substitute.class)).isTrue();
                        Method original = target.getDeclaredMethod(method.getName(), method.getParameterTypes());
                        assertThat(original.getReturnType()).isEqualTo(method.getReturnType());
                        assertThat(Modifier.isStatic(original.getModifiers()))
                                .isEqualTo(Modifier.isStatic(method.getModifiers()));
                    }
                    for (Constructor<?> constructor : aliases(type)) {
                        assertThat(target.getDeclaredConstructor(constructor.getParameterTypes()))
                                .isNotNull();
                    }
                }));
    }

    private static List<Constructor<?>> aliases(Class<?> type) {
        return Arrays.stream(type.getDeclaredConstructors())
                .filter(constructor -> constructor.isAnnotationPresent(Alias.class))
                .toList();
    }

    private static Class<?> target(Class<?> replacing) throws ClassNotFoundException {
        TargetClass target = replacing.getAnnotation(TargetClass.class);
        return target.className().isEmpty()
                ? target.value()
                : Class.forName(target.className(), false, SubstitutionsTest.class.getClassLoader());
    }
}
