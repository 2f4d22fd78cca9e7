package io.skipstone.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote down. */
final class Version implements IVersionProvider {
    private static final String RESOURCE = "/META-INF/maven/io.skipstone/skipstone/pom.properties";

    @Override
    public String[] getVersion() throws IOException {
        return new String[] {"skipstone " + version(), "java " + Runtime.version()};
    }

    private static String version() throws IOException {
        try (InputStream file = Version.class.getResourceAsStream(RESOURCE)) {
            if (file == null) {
                return "(unpackaged)";
            }
            var properties = new Properties();
            properties.load(file);
            return properties.getProperty("version");
        }
    }
}
