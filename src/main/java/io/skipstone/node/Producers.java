package io.skipstone.node;

import io.skipstone.model.LeaseLimits;
import io.skipstone.model.Limits;
import io.skipstone.watch.WatchLimits;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Hands the settings to whoever asks for them. */
public class Producers {
    @Produces
    @Singleton
    Settings settings(Config config) {
        return Settings.read(ownProperties(config), System.getenv());
    }

    @Produces
    @Singleton
    Limits limits(Settings settings) {
        return settings.limits();
    }

    @Produces
    @Singleton
    LeaseLimits leaseLimits(Settings settings) {
        return settings.leaseLimits();
    }

    @Produces
    @Singleton
    WatchLimits watchLimits(Settings settings) {
        return settings.watch();
    }

    /** Names from files and system properties; the environment has its own spelling and is read as it is. */
    private static Map<String, String> ownProperties(Config config) {
        var properties = new HashMap<String, String>();
        StreamSupport.stream(config.getConfigSources().spliterator(), false)
                .filter(source -> !isEnvironment(source))
                .flatMap(source -> source.getPropertyNames().stream())
                .filter(name -> name.startsWith("skipstone."))
                .distinct()
                .forEach(name ->
                        config.getOptionalValue(name, String.class).ifPresent(value -> properties.put(name, value)));
        return properties;
    }

    private static boolean isEnvironment(ConfigSource source) {
        return source.getName().startsWith("EnvConfigSource");
    }
}
