package io.skipstone.nativeimage;

import io.skipstone.nativeimage.agent.LookupAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** The agent, packed. */
public final class AgentJar {
    private AgentJar() {}

    /** Writes the jar, and returns the option that makes a JVM write its lookups into {@code file}. */
    public static String option(Path jar, Path file) throws IOException {
        String inside = LookupAgent.class.getPackageName().replace('.', '/') + "/";
        Path classes = Path.of("target", "test-classes", inside);
        var manifest = new Manifest();
        LookupAgent.describe(manifest.getMainAttributes(), jar.getFileName().toString());
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var files = Files.newDirectoryStream(classes, "*.class")) {
            for (Path type : files) {
                out.putNextEntry(new ZipEntry(inside + type.getFileName()));
                out.write(Files.readAllBytes(type));
                out.closeEntry();
            }
        }
        return "-javaagent:" + jar + "=" + file;
    }
}
