package io.skipstone.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of this program that the build wrote down. */
public final class Release {
    private static final String RESOURCE = "/release.properties";

    private Release() {}

    /** Its number, as in the pom. */
    public static String version() {
        try (InputStream file = Release.class.getResourceAsStream(RESOURCE)) {
            var properties = new Properties();
            properties.load(Objects.requireNonNull(file, "the build left " + RESOURCE + " out"));
            return properties.getProperty("version");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
