package io.skipstone.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this program that the build wrote down. */
public final class Release {
    private static final String RESOURCE = "/META-INF/maven/io.skipstone/skipstone/pom.properties";

    private Release() {}

    /** Its number, or {@code (unpackaged)} when it runs from its classes. */
    public static String version() {
        try (InputStream file = Release.class.getResourceAsStream(RESOURCE)) {
            if (file == null) {
                return "(unpackaged)";
            }
            var properties = new Properties();
            properties.load(file);
            return properties.getProperty("version");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
