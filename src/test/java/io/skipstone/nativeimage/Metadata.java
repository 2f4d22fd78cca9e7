package io.skipstone.nativeimage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the native image is told of classes and resources that are looked up by name: our own files, and those that picocli makes. */
public final class Metadata {
    /** After the build, with what the annotation processor has made. */
    public static final Path BUILT = Path.of("target", "classes", "META-INF", "native-image");

    private static final Set<String> FILES = Set.of("reachability-metadata.json", "reflect-config.json");

    private final Map<String, TypeEntry> types = new HashMap<>();
    private final Set<String> proxies = new HashSet<>();
    private final List<PathMatcher> resources = new ArrayList<>();

    private Metadata() {}

    public static Metadata read(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            var texts = new ArrayList<String>();
            for (Path file : files.filter(
                            file -> FILES.contains(file.getFileName().toString()))
                    .sorted()
                    .toList()) {
                texts.add(Files.readString(file));
            }
            return parse(texts.toArray(String[]::new));
        }
    }

    static Metadata parse(String... files) throws IOException {
        var metadata = new Metadata();
        for (String file : files) {
            JsonNode json = new ObjectMapper().readTree(file);
            (json.isArray() ? json : json.path("reflection")).forEach(metadata::add);
            json.path("resources")
                    .forEach(resource -> metadata.resources.add(FileSystems.getDefault()
                            .getPathMatcher("glob:" + resource.path("glob").asText())));
        }
        return metadata;
    }

    private void add(JsonNode entry) {
        JsonNode type = entry.has("name") ? entry.path("name") : entry.path("type");
        if (type.isTextual()) {
            types.computeIfAbsent(type.asText(), _ -> new TypeEntry()).add(entry);
        } else {
            proxies.add(type.path("proxy").valueStream().map(JsonNode::asText).collect(Collectors.joining(",")));
        }
    }

    /** Whether the class may be sent and received by Java serialization. */
    boolean serializes(String type) {
        return types.containsKey(type) && types.get(type).has("serializable");
    }

    /** Whether native code may throw it. */
    boolean throwsFromNative(String type) {
        return types.containsKey(type)
                && types.get(type).has("jniAccessible")
                && types.get(type).hasMethod("<init>(java.lang.String)", true);
    }

    boolean knows(String type) {
        return types.containsKey(type);
    }

    boolean hasResource(String name) {
        return resources.stream().anyMatch(glob -> glob.matches(Path.of(name)));
    }

    Set<String> typeNames() {
        return Set.copyOf(types.keySet());
    }

    /** Whether a native image would find what this lookup found. */
    public boolean covers(Lookup lookup) {
        return switch (lookup.kind()) {
            case "class" -> knows(lookup.target());
            case "method" -> method(lookup);
            case "field" -> field(lookup);
            case "handle" -> lookup.part().contains("(") ? method(lookup) : field(lookup);
            case "all" -> knows(lookup.target()) && asksForAll(lookup);
            case "proxy" -> proxies.contains(lookup.target());
            case "resource" -> hasResource(lookup.target());
            case "service" -> service(lookup.target());
            case "serial" -> serializes(lookup.target());
            case "bundle", "defines", "unwatched", "refused" -> false;
            case "loaded" -> true;
            default -> throw new IllegalArgumentException("the agent does not write this: " + lookup);
        };
    }

    /** picocli walks over all fields and methods, and takes those with its annotations: they are registered one by one. */
    private boolean asksForAll(Lookup lookup) {
        return lookup.caller().startsWith("picocli.")
                || types.get(lookup.target()).answers(lookup.part());
    }

    private boolean method(Lookup lookup) {
        return knows(lookup.target()) && types.get(lookup.target()).hasMethod(lookup.part(), isPublic(lookup));
    }

    private boolean field(Lookup lookup) {
        return knows(lookup.target()) && types.get(lookup.target()).hasField(lookup.part());
    }

    private static boolean isPublic(Lookup lookup) {
        String name = lookup.part().substring(0, lookup.part().indexOf('('));
        try {
            Class<?> type = Class.forName(lookup.target(), false, Metadata.class.getClassLoader());
            return name.equals("<init>")
                    ? type.getConstructors().length == type.getDeclaredConstructors().length
                    : Arrays.stream(type.getDeclaredMethods())
                            .filter(method -> method.getName().equals(name))
                            .allMatch(method -> Modifier.isPublic(method.getModifiers()));
        } catch (ClassNotFoundException notOnThisClassPath) {
            throw new IllegalStateException(lookup.toString(), notOnThisClassPath);
        }
    }

    /** Quarkus keeps the builder from reading services by itself: the files must be resources, and their classes makeable. */
    private boolean service(String name) {
        String file = "META-INF/services/" + name;
        try (var text = Metadata.class.getClassLoader().getResourceAsStream(file)) {
            if (text == null) {
                return true;
            }
            String lines = new String(text.readAllBytes(), StandardCharsets.UTF_8);
            return hasResource(file)
                    && lines.lines()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                            .allMatch(type -> knows(type) && types.get(type).hasMethod("<init>()", true));
        } catch (IOException unreadable) {
            throw new IllegalStateException(file, unreadable);
        }
    }
}
