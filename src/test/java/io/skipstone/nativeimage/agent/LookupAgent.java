package io.skipstone.nativeimage.agent;

import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.jar.Attributes;

/** {@code -javaagent:<jar>=<file>}: appends to the file, one line for each lookup that found something; several JVMs may share it. */
public final class LookupAgent {
    /** Whose lookups are written down. What Quarkus and its libraries look up is registered by Quarkus itself. */
    public static final List<String> CALLERS =
            List.of("org/apache/ratis/", "org/lmdbjava/", "jnr/", "com/kenai/jffi/", "picocli/", "io/skipstone/");

    private static final String OWN = "io/skipstone/nativeimage/";

    private LookupAgent() {}

    public static void premain(String file, Instrumentation instrumentation) throws IOException {
        Lookups.into(Path.of(file));
        instrumentation.addTransformer(new Rewriter());
    }

    /** What the manifest of the jar must say. */
    public static void describe(Attributes manifest, String jar) {
        manifest.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.putValue("Premain-Class", LookupAgent.class.getName());
        manifest.putValue("Boot-Class-Path", jar);
    }

    private static final class Rewriter implements ClassFileTransformer {
        @Override
        public byte[] transform(
                ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] classFile) {
            if (name == null || name.startsWith(OWN) || CALLERS.stream().noneMatch(name::startsWith)) {
                return null;
            }
            Lookups.loaded(name);
            try {
                return CallSites.watch(classFile, loader);
            } catch (RuntimeException | Error failure) {
                // Thrown on, the JVM would use the class unwatched and say nothing.
                Lookups.failed(name, failure);
                return null;
            }
        }
    }
}
